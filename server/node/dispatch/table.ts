import { type Command, CommandError } from "../command";
import { type Known, know } from "./known";

const MAX_SAID_BYTES = 128;

/** All commands by name; upper case is found without a conversion too. */
export class CommandTable {
  readonly #byName = new Map<string, Known>();
  readonly #byWire = new Map<string, Known>();
  readonly #subcommands = new Map<Command, ReadonlyMap<string, Known>>();

  /** Of two commands of one name the later is taken. */
  constructor(families: readonly (readonly Command[])[]) {
    for (const command of families.flat()) {
      const known = know(command);
      this.#byName.set(command.name, known);
      this.#byWire.set(command.name, known);
      this.#byWire.set(command.name.toUpperCase(), known);
      if (command.subcommands)
        this.#subcommands.set(command, new Map(command.subcommands.map((one) => [one.name, know(one, command)])));
    }
  }

  get all(): IterableIterator<Known> {
    return this.#byName.values();
  }

  get size(): number {
    return this.#byName.size;
  }

  subcommands(command: Command): readonly Known[] {
    return [...(this.#subcommands.get(command)?.values() ?? [])];
  }

  /** `name` or `name|subcommand`. */
  named(name: string): Known | undefined {
    const [head = "", sub] = name.toLowerCase().split("|");
    const known = this.#byName.get(head);
    return known && sub !== undefined ? this.#subcommands.get(known.command)?.get(sub) : known;
  }

  /** What such a call would run; undefined: there is no such command, or no such subcommand of it. */
  ofCall([head, second]: readonly Buffer[]): Known | undefined {
    const known = this.#byName.get(head?.toString("latin1").toLowerCase() ?? "");
    if (!known?.command.subcommands || !second) return known;
    return this.#subcommands.get(known.command)?.get(second.toString("latin1").toLowerCase());
  }

  /** The subcommand, where the command is a container and one is named. */
  find(args: readonly Buffer[]): Known {
    const [head, second] = args;
    const name = head?.toString("latin1") ?? "";
    const known = this.#byWire.get(name) ?? this.#byName.get(name.toLowerCase());
    if (known && (!second || !known.command.subcommands)) return known;
    const sub = known && second && this.#subcommands.get(known.command)?.get(second.toString("latin1").toLowerCase());
    if (sub) return sub;
    throw known && second ? unknownSubcommand(known, second) : unknownCommand(args);
  }
}

const unknownSubcommand = (known: Known, second: Buffer) =>
  new CommandError(
    `ERR unknown subcommand '${second.toString("latin1", 0, MAX_SAID_BYTES)}'. Try ${known.fullName.toUpperCase()} HELP.`,
  );

function unknownCommand([head, ...args]: readonly Buffer[]): CommandError {
  let said = "";
  for (const arg of args) {
    if (said.length >= MAX_SAID_BYTES) break;
    said += `'${arg.toString("latin1", 0, MAX_SAID_BYTES - said.length)}' `;
  }
  const name = head?.toString("latin1", 0, MAX_SAID_BYTES) ?? "";
  return new CommandError(`ERR unknown command '${name}', with args beginning with: ${said}`);
}

export const wrongArguments = (fullName: string) =>
  new CommandError(`ERR wrong number of arguments for '${fullName}' command`);

export const hasRightCount = ({ arity }: Command, args: readonly Buffer[]): boolean =>
  arity >= 0 ? args.length === arity : args.length >= -arity;

const NO_KEYS: readonly Buffer[] = [];

export function keysOf({ keys }: Command, args: readonly Buffer[]): readonly Buffer[] {
  if (!keys) return NO_KEYS;
  if (typeof keys === "function") return keys(args);
  const last = keys.last < 0 ? args.length + keys.last : keys.last;
  const found: Buffer[] = [];
  for (let at = keys.first; at <= last && at < args.length; at += keys.step) found.push(args[at] as Buffer);
  return found;
}
