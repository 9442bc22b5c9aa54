type Words = readonly (Buffer | string)[];
type Told = { readonly db: number; readonly args: Words };

/**
 * What goes to replicas and the append-only file. All of one command, or of one transaction, goes out together when it is over;
 * more than one command between MULTI and EXEC, so that nobody sees half of it.
 */
export class Propagation {
  readonly #send: (db: number, args: Words) => void;
  #depth = 0;
  #told: Told[] = [];

  constructor(send: (db: number, args: Words) => void) {
    this.#send = send;
  }

  begin(): void {
    this.#depth++;
  }

  end(): void {
    this.#depth--;
    if (this.#depth > 0 || this.#told.length === 0) return;
    const told = this.#told;
    this.#told = [];
    const [first] = told;
    if (!first) return;
    if (told.length > 1) this.#send(first.db, ["MULTI"]);
    for (const { db, args } of told) this.#send(db, args);
    if (told.length > 1) this.#send(told.at(-1)?.db ?? first.db, ["EXEC"]);
  }

  tell(db: number, args: Words): void {
    if (this.#depth > 0) this.#told.push({ db, args });
    else this.#send(db, args);
  }
}
