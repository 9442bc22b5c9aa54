import { CommandError } from "../command";
import type { Settings } from "../parts";
import { clusterParameters } from "./cluster-parameters";
import { dataParameters } from "./data-parameters";
import { networkParameters } from "./network-parameters";
import { type Parameter, readValue } from "./parameter";
import { readWhole } from "./whole-values";

const parameters: Readonly<Record<string, Parameter>> = {
  ...networkParameters,
  ...dataParameters,
  ...clusterParameters,
};
const byAlias: ReadonlyMap<string, string> = new Map(
  Object.entries(parameters).flatMap(([name, { alias }]) => (alias ? [[alias, name] as const] : [])),
);

/** A directive of redis.conf or of the arguments. */
export type Directive = { readonly name: string; readonly values: readonly string[] };

/** All parameters with what they are now; numbers are read once, not at every use. */
export class NodeSettings implements Settings {
  readonly #values = new Map<string, string>();
  readonly #numbers = new Map<string, number>();
  readonly #changed = new Map<string, ((value: string) => void)[]>();
  #hasSave = false;

  constructor() {
    for (const [name, { initial }] of Object.entries(parameters)) this.#keep(name, initial);
  }

  /** Throws RangeError with the words that redis has for a bad line of its file. */
  read({ name: said, values }: Directive): void {
    const name = nameOfParameter(said);
    if (!name || values.length === 0) throw new RangeError("Bad directive or wrong number of arguments");
    const parameter = parameterOf(name);
    const before = name === "save" && !this.#hasSave ? "" : this.text(name);
    if (name === "save") this.#hasSave = true;
    this.#keep(name, readWhole(name, values, before) ?? readOne(parameter, values));
  }

  text(name: string): string {
    const value = this.#values.get(name) ?? this.#values.get(nameOfParameter(name) ?? "");
    if (value === undefined) throw new RangeError(`there is no setting ${name}`);
    return value;
  }

  number(name: string): number {
    const value = this.#numbers.get(name) ?? this.#numbers.get(nameOfParameter(name) ?? "");
    if (value === undefined) throw new RangeError(`there is no number ${name}`);
    return value;
  }

  isOn(name: string): boolean {
    return this.text(name) === "yes";
  }

  set(name: string, value: string): void {
    this.setAll([[name, value]]);
  }

  /** All or none. */
  setAll(wanted: readonly (readonly [name: string, value: string])[]): void {
    const kept: (readonly [string, string])[] = [];
    for (const [said, value] of wanted) {
      const name = nameOfParameter(said);
      if (!name) throw new CommandError(`ERR Unknown option or number of arguments for CONFIG SET - '${said}'`);
      if (parameterOf(name).isFixed) throw failed(said, "can't set immutable config");
      if (kept.some(([other]) => other === name)) throw failed(said, "duplicate parameter");
      try {
        kept.push([
          name,
          readWhole(name, [value], name === "save" ? "" : this.text(name)) ?? readOne(parameterOf(name), [value]),
        ]);
      } catch (error) {
        if (error instanceof RangeError) throw failed(said, error.message);
        throw error;
      }
    }
    for (const [name, value] of kept) {
      this.#keep(name, value);
      for (const changed of this.#changed.get(name) ?? []) changed(value);
    }
  }

  onChange(name: string, changed: (value: string) => void): void {
    this.#changed.set(name, [...(this.#changed.get(name) ?? []), changed]);
  }

  /** Every name, older ones too, with its value. */
  *all(): Iterable<readonly [name: string, value: string]> {
    for (const [name, { alias }] of Object.entries(parameters)) {
      yield [name, this.text(name)];
      if (alias) yield [alias, this.text(name)];
    }
  }

  /** Those that are not as they are without a file. */
  *changed(): Iterable<readonly [name: string, value: string]> {
    for (const [name, { initial }] of Object.entries(parameters))
      if (this.text(name) !== initial) yield [name, this.text(name)];
  }

  #keep(name: string, value: string): void {
    this.#values.set(name, value);
    const { kind } = parameterOf(name);
    if (kind === "number" || kind === "memory") this.#numbers.set(name, Number(value));
  }
}

const failed = (name: string, why: string) =>
  new CommandError(`ERR CONFIG SET failed (possibly related to argument '${name}') - ${why}`);

/** Its newer name; undefined: there is none. */
export const nameOfParameter = (said: string): string | undefined => {
  const name = said.toLowerCase();
  return Object.hasOwn(parameters, name) ? name : byAlias.get(name);
};

export function parameterOf(name: string): Parameter {
  const parameter = parameters[name];
  if (!parameter) throw new RangeError(`there is no setting ${name}`);
  return parameter;
}

function readOne(parameter: Parameter, values: readonly string[]): string {
  const [value, ...more] = values;
  if (value === undefined || more.length > 0) throw new RangeError("wrong number of arguments");
  return readValue(parameter, value);
}
