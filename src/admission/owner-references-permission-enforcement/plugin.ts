import { parseApiVersion } from '../../apimachinery/gvk.ts';
import { jsonEqual, type OwnerReference } from '../../apimachinery/object.ts';
import type { ResourceRequest } from '../../apimachinery/request-attributes.ts';
import type { ResourceDefinition } from '../../scheme/definition.ts';
import { concerns, pods, refuse } from '../request.ts';
import type { AdmissionPluginFactory, AdmissionRequest, AdmissionTools } from '../types.ts';

/**
 * Owner references delete things and keep things from being deleted, so they are set by those who may delete the dependent
 * and, where they block, finalize the owner.
 */
export const ownerReferencesPermissionEnforcement: AdmissionPluginFactory = (tools) => ({
  name: 'OwnerReferencesPermissionEnforcement',
  validate: async (request) => {
    const { operation, subresource, object } = request;
    if (!object || operation === 'DELETE' || !changesOwners(request)) return;
    // What a kubelet sends there is never written.
    if (subresource === 'status' && concerns(request, pods)) return;
    if (operation !== 'CREATE') await requireDelete(tools, request);
    const blocking = newBlockingOwners(request);
    if (blocking.length === 0 || (await mayFinalizeAnything(tools, request))) return;
    for (const owner of blocking) await requireFinalize(tools, request, owner);
  },
});

const ownersOf = (object: AdmissionRequest['object']): readonly OwnerReference[] =>
  object?.metadata.ownerReferences ?? [];

const changesOwners = ({ object, oldObject }: AdmissionRequest): boolean =>
  !jsonEqual(ownersOf(object), ownersOf(oldObject));

/** Owners that are new, or newly block. */
function newBlockingOwners({ object, oldObject }: AdmissionRequest): OwnerReference[] {
  const blockedBefore = new Set(
    ownersOf(oldObject).flatMap(({ uid, blockOwnerDeletion }) => (blockOwnerDeletion ? [uid] : [])),
  );
  return ownersOf(object).filter(
    ({ uid, blockOwnerDeletion }) => blockOwnerDeletion && !blockedBefore.has(uid),
  );
}

async function requireDelete({ ask }: AdmissionTools, request: AdmissionRequest): Promise<void> {
  const { user, definition, subresource, namespace, name } = request;
  const { allowed, reason, error } = await ask({
    user,
    verb: 'delete',
    group: definition.group,
    version: definition.stored.version,
    resource: definition.resource,
    subresource,
    namespace,
    name,
  });
  if (allowed) return;
  throw refuse(
    request,
    `cannot set an ownerRef on a resource you can't delete: ${reason}, ${error ?? '<nil>'}`,
  );
}

const finalizing = ({ user }: AdmissionRequest): ResourceRequest => ({
  user,
  verb: 'update',
  group: '*',
  version: '*',
  resource: '*',
  subresource: 'finalizers',
  namespace: '',
  name: '*',
});

const mayFinalizeAnything = async ({ ask }: AdmissionTools, request: AdmissionRequest): Promise<boolean> =>
  (await ask(finalizing(request))).allowed;

/** A kind may be that of several resources; all must be allowed. */
async function requireFinalize(
  tools: AdmissionTools,
  request: AdmissionRequest,
  { apiVersion, kind, name }: OwnerReference,
): Promise<void> {
  const { group, version } = parseApiVersion(apiVersion) ?? { group: '', version: '' };
  const owners = [...tools.definitions()].filter((definition) => isKind(definition, group, version, kind));
  if (owners.length === 0) {
    throw refuse(
      request,
      `cannot set blockOwnerDeletion in this case because cannot find RESTMapping for APIVersion ${apiVersion} Kind ${kind}: no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`,
    );
  }
  for (const { resource, scope } of owners) {
    const namespace = scope === 'Namespaced' ? request.namespace : '';
    const { allowed, reason, error } = await tools.ask({
      ...finalizing(request),
      group,
      version,
      resource,
      namespace,
      name,
    });
    if (allowed) continue;
    throw refuse(
      request,
      `cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: ${reason}, ${error ?? '<nil>'}`,
    );
  }
}

const isKind = (definition: ResourceDefinition, group: string, version: string, kind: string): boolean =>
  definition.kind === kind &&
  definition.group === group &&
  definition.versions.some((served) => served.version === version);
