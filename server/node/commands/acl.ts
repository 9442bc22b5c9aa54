import { type Call, type Command, CommandError, keyOf, notInteger } from "../command";
import type { Front } from "../dispatch/front";
import { hasRightCount, wrongArguments } from "../dispatch/table";
import { CATEGORIES, categoriesOf, isCategory } from "./command-tips";
import { helpCommand } from "./help";
import { readInteger } from "./numbers";
import { sha256 } from "./sha256";

const group = "server";
const DEFAULT = "default";
const MOST_BITS = 4096;

const passwordOf = (front: Front): string => front.settings.text("requirepass");

const hashOf = (front: Front): string | undefined =>
  passwordOf(front) === "" ? undefined : sha256(Buffer.from(passwordOf(front), "latin1"));

/** The default user may do everything: its line says no more than how it signs in. */
const list = (front: Front) => (call: Call) => {
  const hash = hashOf(front);
  call.reply.array(1);
  call.reply.bulk(`user ${DEFAULT} on ${hash === undefined ? "nopass" : `#${hash}`} ~* &* +@all`);
};

const getuser = (front: Front) => (call: Call) => {
  const { args, reply } = call;
  if (keyOf(args[2]) !== DEFAULT) return reply.nothing();
  const hash = hashOf(front);
  const flags = hash === undefined ? ["on", "nopass"] : ["on"];
  reply.map(6);
  reply.bulk("flags");
  reply.set(flags.length);
  for (const flag of flags) reply.bulk(flag);
  reply.bulk("passwords");
  reply.array(hash === undefined ? 0 : 1);
  if (hash !== undefined) reply.bulk(hash);
  for (const [name, value] of [
    ["commands", "+@all"],
    ["keys", "~*"],
    ["channels", "&*"],
  ] as const) {
    reply.bulk(name);
    reply.bulk(value);
  }
  reply.bulk("selectors");
  reply.array(0);
};

/** Those of a category, subcommands by their full names. */
export const namesIn = (front: Front, category: string): readonly string[] =>
  [...front.table.all]
    .flatMap((known) => [known, ...front.table.subcommands(known.command)])
    .filter((known) => categoriesOf(known).some((one) => one === category))
    .map(({ fullName }) => fullName);

const tooMany = (sub: Buffer | undefined) =>
  new CommandError(`ERR unknown subcommand or wrong number of arguments for '${keyOf(sub)}'. Try ACL HELP.`);

const cat = (front: Front) => (call: Call) => {
  const { args, reply } = call;
  if (args.length > 3) throw tooMany(args[1]);
  const wanted = keyOf(args[2]).toLowerCase();
  if (args.length === 3 && !isCategory(wanted)) throw new CommandError(`ERR Unknown category '${keyOf(args[2])}'`);
  const names = args.length === 3 ? namesIn(front, wanted) : CATEGORIES;
  reply.array(names.length);
  for (const name of names) reply.bulk(name);
};

const dryrun = (front: Front) => (call: Call) => {
  const [, , user, ...args] = call.args;
  if (keyOf(user) !== DEFAULT) throw new CommandError(`ERR User '${keyOf(user)}' not found`);
  const known = front.table.ofCall(args);
  if (!known) throw new CommandError(`ERR Command '${keyOf(args[0])}' not found`);
  if (!hasRightCount(known.command, args)) throw wrongArguments(known.fullName);
  call.reply.ok();
};

/** Four bits a letter, rounded up. */
function genpass(call: Call): void {
  const wrong = () =>
    new CommandError(
      `ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to ${MOST_BITS}`,
    );
  if (call.args.length > 3) throw tooMany(call.args[1]);
  const said = call.args.length === 3 ? readInteger(call.args[2]) : 256n;
  if (said === undefined) throw notInteger();
  if (said <= 0n || said > BigInt(MOST_BITS)) throw wrong();
  const letters = Math.ceil(Number(said) / 4);
  const bytes = call.node.world.randomBytes(Math.ceil(letters / 2));
  call.reply.bulk(bytes.toString("hex").slice(0, letters));
}

/** The default user alone is here; who asks to make others is told so by an unknown subcommand. */
export function aclCommand(front: Front): Command {
  const open = { group, flags: ["noscript", "loading", "stale"] as const, since: "6.0.0" };
  const admin = { ...open, flags: ["admin", "noscript", "loading", "stale"] as const };
  const subcommands: readonly Command[] = [
    {
      ...open,
      name: "whoami",
      arity: 2,
      summary: "Return the name of the user associated to the current connection",
      run: (call) => call.reply.bulk(DEFAULT),
    },
    {
      ...admin,
      name: "users",
      arity: 2,
      summary: "List the username of all the configured ACL rules",
      run: (call) => {
        call.reply.array(1);
        call.reply.bulk(DEFAULT);
      },
    },
    {
      ...admin,
      name: "list",
      arity: 2,
      summary: "List the current ACL rules in ACL config file format",
      run: list(front),
    },
    { ...admin, name: "getuser", arity: 3, summary: "Get the rules for a specific ACL user", run: getuser(front) },
    {
      ...open,
      name: "cat",
      arity: -2,
      summary: "List the ACL categories or the commands inside a category",
      run: cat(front),
    },
    {
      ...admin,
      name: "dryrun",
      arity: -4,
      since: "7.0.0",
      summary: "Returns whether the user can execute the given command without executing the command.",
      run: dryrun(front),
    },
    {
      ...open,
      name: "genpass",
      arity: -2,
      summary: "Generate a pseudorandom secure password to use for ACL users",
      run: genpass,
    },
    helpCommand("acl", { group, since: "6.0.0" }),
  ];
  return {
    name: "acl",
    arity: -2,
    flags: [],
    group,
    summary: "A container for Access List Control commands ",
    since: "6.0.0",
    subcommands,
    run: () => {},
  };
}
