import type { Explanation } from '../authorization/explanation.ts';
import type { Output, Tool } from './command.ts';
import { UsageError } from './parse-flags.ts';
import { defaultKubeconfig, type ToolValues, toolArguments } from './tool-arguments.ts';

const usage = `Tells why somebody may do something or not, and what the smallest role is that would allow it.

Usage:
  binnacle why VERB RESOURCE[/NAME] [flags]
  binnacle why VERB /PATH [flags]

  binnacle why get pods/web -n shop --as=jane
  binnacle why list deployments.apps --as=system:serviceaccount:ci:runner
  binnacle why get /metrics --as=jane --as-group=ops

Flags:
  -n, --namespace string    (default default)
  -A, --all-namespaces      Asks about all namespaces.
      --subresource string  Such as log or scale.
      --as string           Asks about another user than oneself.
      --as-group string     A group of that user; may be repeated.
      --kubeconfig path     (default $KUBECONFIG, or ~/.kube/config)
  -h, --help

Exits with 0 when it is allowed, and with 1 when it is not. Who asks must be allowed to get the path /debug/why.
`;

const options = {
  namespace: { type: 'string', short: 'n', default: 'default' },
  'all-namespaces': { type: 'boolean', short: 'A', default: false },
  subresource: { type: 'string', default: '' },
  as: { type: 'string', default: '' },
  'as-group': { type: 'string', multiple: true, default: [] as string[] },
  kubeconfig: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Asks a running server to explain a decision. */
export const why: Tool = Object.freeze({
  name: 'why',
  summary: 'Explains why somebody may do something or not.',
  async run(args, output) {
    const { values, positionals } = toolArguments(args, options);
    if (values.help) {
      output.out(usage);
      return 0;
    }
    const [{ serverAt }, { readWebhookTarget }, { realClock }] = await Promise.all([
      import('./ask-server.ts'),
      import('../webhook/read-target.ts'),
      import('../apimachinery/clock.ts'),
    ]);
    const query = questionOf(positionals, values);
    const target = await readWebhookTarget(values.kubeconfig ?? defaultKubeconfig(), realClock);
    const server = serverAt(target);
    const explanation = (await server.ask('GET', `/debug/why?${query}`).finally(server.close)) as Explanation;
    await print(explanation, output);
    return explanation.allowed ? 0 : 1;
  },
} satisfies Tool);

type Values = ToolValues<typeof options>;

function questionOf(words: readonly string[], values: Values): URLSearchParams {
  const [verb, what, surplus] = words;
  if (verb === undefined || what === undefined || surplus !== undefined) {
    throw new UsageError('why takes a verb and a resource, such as: binnacle why get pods/web');
  }
  const query = new URLSearchParams({ verb });
  if (what.startsWith('/')) query.set('path', what);
  else {
    const [resource = '', name] = what.split('/', 2);
    query.set('resource', values.subresource === '' ? resource : `${resource}/${values.subresource}`);
    if (name !== undefined) query.set('name', name);
    if (!values['all-namespaces']) query.set('namespace', values.namespace);
  }
  if (values.as !== '') query.set('as', values.as);
  for (const group of values['as-group']) query.append('as-group', group);
  return query;
}

async function print({ allowed, reason, steps, remedy }: Explanation, { out }: Output): Promise<void> {
  out(`${allowed ? 'yes' : 'no'}${reason === '' ? '' : `: ${reason.replaceAll('\n', '; ')}`}\n\n`);
  for (const step of steps) {
    const said = step.decision === 'noOpinion' ? 'no opinion' : step.decision;
    const looked = step.rules === 0 ? '' : `, ${step.rules} rules that name the user`;
    out(`${step.authorizer}: ${said}${looked}\n`);
    if (step.error !== undefined) out(`  failed: ${step.error}\n`);
    for (const { via, rule, differs } of step.nearest) {
      out(`  near miss: ${via}\n    differs in ${differs.join(' and ')}: ${JSON.stringify(rule)}\n`);
    }
  }
  if (remedy.length === 0) return;
  const { stringify } = await import('yaml');
  out(`\n# The smallest role that would allow it, for kubectl apply -f -\n`);
  out(remedy.map((object) => stringify(object)).join('---\n'));
}
