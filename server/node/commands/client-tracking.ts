import type { Session } from "../clients/session";
import type { TrackingState } from "../clients/tracking";
import { type Call, type Command, CommandError, keyOf, syntaxError } from "../command";
import { type Front, sessionOf } from "../dispatch/front";
import { integerOf, upper } from "./numbers";

type Options = { redirect: Session | undefined; words: Set<string>; prefixes: string[] };

const WORDS: ReadonlySet<string> = new Set(["BCAST", "OPTIN", "OPTOUT", "NOLOOP"]);
const refuse = (sentence: string) => new CommandError(`ERR ${sentence}`);

function readOptions(front: Front, args: readonly Buffer[]): Options {
  const options: Options = { redirect: undefined, words: new Set(), prefixes: [] };
  for (let at = 3; at < args.length; at++) {
    const word = upper(args[at]);
    const hasMore = at + 1 < args.length;
    if (word === "REDIRECT" && hasMore) {
      if (options.redirect) throw refuse("A client can only redirect to a single other client");
      const id = integerOf(args[++at]);
      options.redirect = [...front.sessions.all()].find((session) => BigInt(session.id) === id);
      if (!options.redirect) throw refuse("The client ID you want redirect to does not exist");
    } else if (word === "PREFIX" && hasMore) options.prefixes.push(keyOf(args[++at]));
    else if (WORDS.has(word)) options.words.add(word);
    else throw syntaxError();
  }
  return options;
}

function check({ words, prefixes }: Options, now: TrackingState | undefined): void {
  const [isBroadcast, isIn, isOut] = [words.has("BCAST"), words.has("OPTIN"), words.has("OPTOUT")];
  if (!isBroadcast && prefixes.length > 0) throw refuse("PREFIX option requires BCAST mode to be enabled");
  if (now && (now.mode === "broadcast") !== isBroadcast)
    throw refuse(
      "You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling it with a different mode.",
    );
  if (isBroadcast && (isIn || isOut)) throw refuse("OPTIN and OPTOUT are not compatible with BCAST");
  if (isIn && isOut) throw refuse("You can't specify both OPTIN mode and OPTOUT mode");
  if ((isIn && now?.mode === "optout") || (isOut && now?.mode === "optin"))
    throw refuse(
      "You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling it with a different mode.",
    );
  if (isBroadcast) checkPrefixes(prefixes, now?.prefixes ?? new Set());
}

const overlap = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a);

function checkPrefixes(prefixes: readonly string[], held: ReadonlySet<string>): void {
  const rule = "Prefixes for a single client must not overlap.";
  prefixes.forEach((prefix, at) => {
    for (const other of held)
      if (overlap(prefix, other))
        throw refuse(`Prefix '${prefix}' overlaps with an existing prefix '${other}'. ${rule}`);
    for (const other of prefixes.slice(at + 1))
      if (overlap(prefix, other))
        throw refuse(`Prefix '${prefix}' overlaps with another provided prefix '${other}'. ${rule}`);
  });
}

function stateOf({ words, prefixes, redirect }: Options, now: TrackingState | undefined): TrackingState {
  const isBroadcast = words.has("BCAST");
  const mode = isBroadcast ? "broadcast" : words.has("OPTIN") ? "optin" : words.has("OPTOUT") ? "optout" : "all";
  const named = isBroadcast && prefixes.length === 0 ? [""] : prefixes;
  return {
    mode,
    isWithoutOwn: words.has("NOLOOP"),
    redirect,
    prefixes: new Set([...(now?.prefixes ?? []), ...named]),
    isCachingGiven: now?.isCachingGiven ?? false,
    isRedirectBroken: false,
  };
}

const tracking = (front: Front) => (call: Call) => {
  const session = sessionOf(call);
  const options = readOptions(front, call.args);
  const word = upper(call.args[2]);
  if (word === "ON") {
    check(options, session.tracking);
    front.tracking.enable(session, stateOf(options, session.tracking));
  } else if (word === "OFF") front.tracking.disable(session);
  else throw syntaxError();
  call.reply.ok();
};

function caching(call: Call): void {
  const state = sessionOf(call).tracking;
  if (!state)
    throw refuse(
      "CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled",
    );
  const word = upper(call.args[2]);
  if (word !== "YES" && word !== "NO") throw syntaxError();
  const mode = word === "YES" ? "optin" : "optout";
  if (state.mode !== mode)
    throw refuse(`CLIENT CACHING ${word} is only valid when tracking is enabled in ${mode.toUpperCase()} mode.`);
  state.isCachingGiven = true;
  call.reply.ok();
}

function flagsOf(state: TrackingState | undefined): readonly string[] {
  if (!state) return ["off"];
  const flags = ["on"];
  if (state.mode === "broadcast") flags.push("bcast");
  if (state.mode === "optin") flags.push("optin", ...(state.isCachingGiven ? ["caching-yes"] : []));
  if (state.mode === "optout") flags.push("optout", ...(state.isCachingGiven ? ["caching-no"] : []));
  if (state.isWithoutOwn) flags.push("noloop");
  if (state.isRedirectBroken) flags.push("broken_redirect");
  return flags;
}

/** −1: it does not track; 0: it is told itself. */
export const redirectionOf = (state: TrackingState | undefined): number => (state ? (state.redirect?.id ?? 0) : -1);

function trackinginfo(call: Call): void {
  const { reply } = call;
  const state = sessionOf(call).tracking;
  const flags = flagsOf(state);
  reply.map(3);
  reply.bulk("flags");
  reply.set(flags.length);
  for (const flag of flags) reply.bulk(flag);
  reply.bulk("redirect");
  reply.integer(redirectionOf(state));
  reply.bulk("prefixes");
  const prefixes = [...(state?.prefixes ?? [])].sort();
  reply.array(prefixes.length);
  for (const prefix of prefixes) reply.bulk(prefix);
}

export function trackingCommands(front: Front): readonly Command[] {
  const shared = { group: "connection", flags: ["noscript", "loading", "stale"] as const };
  return [
    {
      ...shared,
      name: "tracking",
      arity: -3,
      summary: "Enable or disable server assisted client side caching support",
      since: "6.0.0",
      run: tracking(front),
    },
    {
      ...shared,
      name: "caching",
      arity: 3,
      summary: "Instruct the server about tracking or not keys in the next request",
      since: "6.0.0",
      run: caching,
    },
    {
      ...shared,
      name: "trackinginfo",
      arity: 2,
      summary: "Return information about server assisted client side caching for the current connection",
      since: "6.2.0",
      run: trackinginfo,
    },
    {
      ...shared,
      name: "getredir",
      arity: 2,
      summary: "Get tracking notifications redirection client ID if any",
      since: "6.0.0",
      run: (call) => call.reply.integer(redirectionOf(sessionOf(call).tracking)),
    },
  ];
}
