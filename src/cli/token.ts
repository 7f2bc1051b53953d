import { parseGoDuration } from '../apimachinery/duration.ts';
import { type Server, serverAt } from './ask-server.ts';
import type { Output, Tool } from './command.ts';
import { UsageError } from './parse-flags.ts';
import { defaultKubeconfig, type ToolValues, toolArguments } from './tool-arguments.ts';

const usage = `Gets a token of a service account from a running server, and prints it or writes a kubeconfig with it.

Usage:
  binnacle token ACCOUNT [flags]

  binnacle token robot
  binnacle token robot -n ci --duration=8h --audience=vault
  binnacle token robot --bound-object-kind=Pod --bound-object-name=web-0
  binnacle token robot --out=robot.kubeconfig
  binnacle token robot --secret=robot-token      (never expires; works as long as the Secret is there)

Flags:
  -n, --namespace string           (default default)
      --duration duration          How long the token is good for; an hour when left out.
      --audience string            Whom it is for; may be repeated. The API server when left out.
      --bound-object-kind string   Pod, Secret or Node: the token ends with it.
      --bound-object-name string
      --bound-object-uid string
      --secret string              Makes a Secret of this name that holds a token which never expires.
      --out path                   Writes a kubeconfig there, which must not exist, instead of printing the token.
      --kubeconfig path            (default $KUBECONFIG, or ~/.kube/config)
  -h, --help
`;

const options = {
  namespace: { type: 'string', short: 'n', default: 'default' },
  duration: { type: 'string' },
  audience: { type: 'string', multiple: true, default: [] as string[] },
  'bound-object-kind': { type: 'string' },
  'bound-object-name': { type: 'string' },
  'bound-object-uid': { type: 'string' },
  secret: { type: 'string' },
  out: { type: 'string' },
  kubeconfig: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

type Values = ToolValues<typeof options>;

/** Gets a token of a service account. */
export const token: Tool = Object.freeze({
  name: 'token',
  summary: 'Prints a token of a service account, or writes a kubeconfig with it.',
  async run(args, output) {
    const { values, positionals } = toolArguments(args, options);
    if (values.help) {
      output.out(usage);
      return 0;
    }
    const [account, surplus] = positionals;
    if (account === undefined || surplus !== undefined) {
      throw new UsageError('token takes one service account, such as: binnacle token robot');
    }
    const body = requestOf(values);
    const [{ readWebhookTarget }, { realClock }] = await Promise.all([
      import('../webhook/read-target.ts'),
      import('../apimachinery/clock.ts'),
    ]);
    const target = await readWebhookTarget(values.kubeconfig ?? defaultKubeconfig(), realClock);
    const server = serverAt(target);
    try {
      const made =
        values.secret === undefined
          ? await request(server, account, values, body)
          : await fromSecret(server, account, values.secret, values);
      if (values.out === undefined) output.out(`${made}\n`);
      else {
        const where = { server: target.url.origin, ca: target.ca ?? '' };
        await writeOut(values.out, account, values.namespace, where, made, output);
      }
    } finally {
      server.close();
    }
    return 0;
  },
} satisfies Tool);

/** Throws UsageError for what makes no sense. */
function requestOf(values: Values): object {
  const kind = values['bound-object-kind'];
  const name = values['bound-object-name'];
  if ((kind === undefined) !== (name === undefined)) {
    throw new UsageError('--bound-object-kind and --bound-object-name go together');
  }
  if (values.secret !== undefined && (kind ?? values.duration ?? values.audience[0]) !== undefined) {
    throw new UsageError('the token of a --secret has no duration, no audience and no bound object');
  }
  const uid = values['bound-object-uid'];
  return {
    ...(values.audience.length === 0 ? {} : { audiences: values.audience }),
    ...(values.duration === undefined ? {} : { expirationSeconds: seconds(values.duration) }),
    ...(kind === undefined
      ? {}
      : { boundObjectRef: { kind, apiVersion: 'v1', name, ...(uid === undefined ? {} : { uid }) } }),
  };
}

function seconds(text: string): number {
  try {
    return Math.floor(parseGoDuration(text) / 1000);
  } catch (error) {
    throw new UsageError(`--duration: ${(error as Error).message}`);
  }
}

const segment = encodeURIComponent;

async function request(
  server: Server,
  account: string,
  { namespace }: Values,
  spec: object,
): Promise<string> {
  const path = `/api/v1/namespaces/${segment(namespace)}/serviceaccounts/${segment(account)}/token`;
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec };
  const answer = (await server.ask('POST', path, body)) as { status: { token: string } };
  return answer.status.token;
}

/** Looks at the Secret before it is given up; the controller needs two or three. */
const maxLooks = 500;

/** Makes the Secret, and waits until a controller has filled it. */
async function fromSecret(
  server: Server,
  account: string,
  name: string,
  { namespace }: Values,
): Promise<string> {
  const base = `/api/v1/namespaces/${segment(namespace)}`;
  // Asked first: a Secret for an account that is not there would only be taken away.
  await server.ask('GET', `${base}/serviceaccounts/${segment(account)}`);
  await server.ask('POST', `${base}/secrets`, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, annotations: { 'kubernetes.io/service-account.name': account } },
    type: 'kubernetes.io/service-account-token',
  });
  for (let look = 0; look < maxLooks; look++) {
    const secret = (await server.ask('GET', `${base}/secrets/${segment(name)}`)) as {
      data?: { token?: string };
    };
    if (secret.data?.token) return Buffer.from(secret.data.token, 'base64').toString('utf8');
  }
  throw new Error(`the Secret ${name} was made, but no controller has put a token into it`);
}

async function writeOut(
  path: string,
  account: string,
  namespace: string,
  where: { readonly server: string; readonly ca: string },
  made: string,
  { out }: Output,
): Promise<void> {
  const { userKubeconfig, writeNewSecret } = await import('../pki/kubeconfig.ts');
  const user = `system:serviceaccount:${namespace}:${account}`;
  await writeNewSecret(path, userKubeconfig(where, user, { token: made }));
  out(`Wrote ${path} for ${user}. Look who the server takes you for:

  kubectl --kubeconfig=${path} auth whoami

`);
}
