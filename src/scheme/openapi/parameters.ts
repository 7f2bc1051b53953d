export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path';
  readonly type: 'boolean' | 'integer' | 'string';
  readonly description: string;
}

const query = (name: string, type: Parameter['type'], description: string): Parameter =>
  Object.freeze({ name, in: 'query', type, description });

const pathParameter = (name: string, description: string): Parameter =>
  Object.freeze({ name, in: 'path', type: 'string', description });

const allowWatchBookmarks = query(
  'allowWatchBookmarks',
  'boolean',
  'Asks for BOOKMARK events in a watch. Ignored when this is not a watch.',
);
const continueToken = query('continue', 'string', 'The token of a previous page, to get the next one.');
const dryRun = query('dryRun', 'string', 'With the value All nothing is stored.');
const fieldManager = query(
  'fieldManager',
  'string',
  'Who makes the change, as it is to be recorded in managedFields: up to 128 printable characters.',
);
const fieldSelector = query(
  'fieldSelector',
  'string',
  'Keeps objects whose fields match. Defaults to everything.',
);
const fieldValidation = query(
  'fieldValidation',
  'string',
  'What happens on unknown or duplicate fields: Strict refuses them, Warn (the default) sends a warning for each, Ignore says nothing.',
);
const force = query('force', 'boolean', 'Takes over fields that others own. Only for apply patches.');
const gracePeriodSeconds = query(
  'gracePeriodSeconds',
  'integer',
  'Seconds before the object is deleted; 0 deletes at once. Defaults to what the object says.',
);
const labelSelector = query(
  'labelSelector',
  'string',
  'Keeps objects whose labels match. Defaults to everything.',
);
const limit = query(
  'limit',
  'integer',
  'Most objects to return; the rest is behind the continue token of the answer.',
);
const orphanDependents = query(
  'orphanDependents',
  'boolean',
  'Deprecated in favour of propagationPolicy. Whether dependents stay when the object goes.',
);
const pretty = query('pretty', 'string', "With 'true' the answer is indented.");
const propagationPolicy = query(
  'propagationPolicy',
  'string',
  'What becomes of dependents: Orphan, Background or Foreground.',
);
const resourceVersion = query(
  'resourceVersion',
  'string',
  'How fresh the answer has to be, or where a watch starts.',
);
const resourceVersionMatch = query(
  'resourceVersionMatch',
  'string',
  'How resourceVersion is meant: Exact or NotOlderThan.',
);
const sendInitialEvents = query(
  'sendInitialEvents',
  'boolean',
  'Starts a watch with an event for each object there is, ended by a bookmark.',
);
const shardSelector = query(
  'shardSelector',
  'string',
  'Keeps objects whose uid lies in a range. Without effect here, as in a server whose gate ShardedListAndWatch is off.',
);
const ignoreStoreReadErrors = query(
  'ignoreStoreReadErrorWithClusterBreakingPotential',
  'boolean',
  'Deletes an object that can no longer be read. Without effect here, as in a server whose gate AllowUnsafeMalformedObjectDeletion is off.',
);
const timeoutSeconds = query('timeoutSeconds', 'integer', 'Seconds after which a list or watch ends.');
const watch = query('watch', 'boolean', 'Streams changes instead of returning a list.');

const listScope = [
  continueToken,
  fieldSelector,
  labelSelector,
  limit,
  resourceVersion,
  resourceVersionMatch,
  sendInitialEvents,
  shardSelector,
  timeoutSeconds,
];
const deletion = [dryRun, gracePeriodSeconds, ignoreStoreReadErrors, orphanDependents, propagationPolicy];
const write = [dryRun, fieldManager, fieldValidation];

/** Query parameters by what an operation does. */
export const operationParameters = Object.freeze({
  list: [allowWatchBookmarks, ...listScope, watch],
  deletecollection: [...listScope, ...deletion],
  get: [],
  post: write,
  put: write,
  patch: [...write, force],
  delete: deletion,
  connect: [],
}) satisfies Record<string, readonly Parameter[]>;

/** Parameters that stand at a path and hold for each of its operations. */
export const pathLevel = Object.freeze({
  pretty,
  namespace: pathParameter('namespace', 'Name of the namespace.'),
  name: (kind: string) => pathParameter('name', `name of the ${kind}`),
  rest: pathParameter('path', 'What is requested from the other side.'),
  watch: [allowWatchBookmarks, ...listScope, watch],
});

const container = query('container', 'string', 'Name of the container. Defaults to the only one.');
const stream = (name: string) => query(name, 'boolean', `Whether ${name} is connected.`);
const streams = [container, ...['stdin', 'stdout', 'stderr', 'tty'].map(stream)];
const proxyPath = [query('path', 'string', 'What is requested from the other side.')];

/** Query parameters of subresources that reach into a node, by their options kind. */
export const connectParameters: Readonly<Record<string, readonly Parameter[]>> = Object.freeze({
  PodAttachOptions: streams,
  PodExecOptions: [
    ...streams,
    query('command', 'string', 'The command and its arguments, one parameter each.'),
  ],
  PodPortForwardOptions: [query('ports', 'integer', 'Ports to forward.')],
  PodProxyOptions: proxyPath,
  ServiceProxyOptions: proxyPath,
  NodeProxyOptions: proxyPath,
});

export const logParameters: readonly Parameter[] = Object.freeze([
  container,
  query('follow', 'boolean', 'Keeps sending what is logged.'),
  query('insecureSkipTLSVerifyBackend', 'boolean', "Does not check the node's certificate."),
  query('limitBytes', 'integer', 'Most bytes to return.'),
  query('previous', 'boolean', 'Reads the log of the container that ran before.'),
  query('sinceSeconds', 'integer', 'How far back the log goes.'),
  query('stream', 'string', 'Which stream: All, Stdout or Stderr.'),
  query('tailLines', 'integer', 'How many lines from the end.'),
  query('timestamps', 'boolean', 'Puts a time before each line.'),
]);
