import { largerThan } from "./reply-guard";

/**
 * Bytes that came for what is still unanswered. Commands of one connection are answered in order, so what came since
 * the oldest open question began can only be its reply and the ones after it: that sum may not pass the limit, however
 * long a connection is busy without a pause.
 */
export class ReplyMeter {
  readonly limitBytes: number;
  readonly #open: { readonly at: number }[] = [];
  #total = 0;
  #base = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  get isOver(): boolean {
    return this.#total - this.#base > this.limitBytes;
  }

  count(bytes: number): void {
    this.#total += bytes;
  }

  begin(): { end(): void } {
    const question = { at: this.#total };
    if (this.#open.length === 0) this.#base = this.#total;
    this.#open.push(question);
    return {
      end: () => {
        this.#open.splice(this.#open.indexOf(question), 1);
        this.#base = this.#open[0]?.at ?? this.#total;
      },
    };
  }

  error(): Error {
    return new Error(largerThan(this.limitBytes));
  }
}
