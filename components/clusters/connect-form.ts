import type { Connect, Environment } from "@/lib/wire/clusters";
import { readAddressMap, readLabels, readSeeds } from "@/lib/wire/connect-text";
import type { Words } from "@/lib/words/en";

/** The form as it is typed; `readForm` makes of it what the API takes, or says which field is wrong. */
export type ConnectForm = {
  readonly name: string;
  readonly environment: Environment;
  readonly seeds: string;
  readonly user: string;
  readonly password: string;
  readonly useTls: boolean;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly serverName: string;
  readonly acceptAnyCertificate: boolean;
  readonly map: string;
  readonly labels: string;
};

export const emptyForm: ConnectForm = {
  name: "",
  environment: "production",
  seeds: "",
  user: "",
  password: "",
  useTls: false,
  ca: "",
  cert: "",
  key: "",
  serverName: "",
  acceptAnyCertificate: false,
  map: "",
  labels: "",
};

export type FormErrors = { readonly seeds?: string; readonly map?: string; readonly labels?: string };
type ReadForm = { readonly ok: true; readonly value: Connect } | { readonly ok: false; readonly errors: FormErrors };

const given = <K extends string>(name: K, text: string) =>
  (text.trim() === "" ? {} : { [name]: text }) as { readonly [P in K]?: string };

export function readForm(form: ConnectForm, words: Words["clusters"]["connect"]): ReadForm {
  const seeds = readSeeds(form.seeds);
  const map = readAddressMap(form.map);
  const labels = readLabels(form.labels);
  if (!seeds.ok || seeds.value.length === 0 || !map.ok || !labels.ok)
    return {
      ok: false,
      errors: {
        ...(seeds.ok
          ? seeds.value.length === 0
            ? { seeds: words.seedsNone }
            : {}
          : { seeds: words.seedsWrong(seeds.text) }),
        ...(map.ok ? {} : { map: words.mapWrong(map.text) }),
        ...(labels.ok ? {} : { labels: words.labelsWrong(labels.text) }),
      },
    };
  const first = seeds.value[0];
  return {
    ok: true,
    value: {
      name: form.name.trim() || (first ? `${first.host}-${first.port}` : ""),
      environment: form.environment,
      seeds: seeds.value,
      ...given("user", form.user),
      ...given("password", form.password),
      ...(form.useTls ? { tls: tlsOf(form) } : {}),
      addressMap: map.value,
      labels: labels.value,
    },
  };
}

function tlsOf(form: ConnectForm): NonNullable<Connect["tls"]> {
  return {
    ...given("ca", form.ca),
    ...given("cert", form.cert),
    ...given("key", form.key),
    ...given("serverName", form.serverName),
    acceptAnyCertificate: form.acceptAnyCertificate,
  };
}
