import type { INamespace } from 'kubernetes-models/v1';
import type { KubeObject } from '../../apimachinery/object.ts';
import { forbiddenError, notFoundError } from '../../apimachinery/status.ts';
import { concerns, concernsMain, namespaces, refuse } from '../request.ts';
import type { AdmissionPluginFactory, AdmissionRequest } from '../types.ts';

const immortal: readonly string[] = ['default', 'kube-system', 'kube-public'];

const accessReviews = { group: 'authorization.k8s.io', resource: 'localsubjectaccessreviews' };

/** Objects live only in namespaces that exist and are not going away; some namespaces never go. */
export const namespaceLifecycle: AdmissionPluginFactory = ({ reader }) => ({
  name: 'NamespaceLifecycle',
  mutate: (request) => {
    const { namespace, operation, name } = request;
    if (operation === 'DELETE') {
      if (concernsMain(request, namespaces) && immortal.includes(name)) {
        throw forbiddenError(namespaces, name, 'this namespace may not be deleted');
      }
      return;
    }
    if (operation === 'CONNECT' || namespace === '' || concerns(request, namespaces)) return;
    // An answer about a namespace would tell whether there is one.
    if (concerns(request, accessReviews)) return;
    const known = reader.get(namespaces, '', namespace);
    if (known || !reader.fresh) return check(request, known);
    // Another server may just have made it.
    return reader.fresh().then(() => check(request, reader.get(namespaces, '', namespace)));
  },
});

function check(request: AdmissionRequest, found: KubeObject | undefined): void {
  if (!found) throw notFoundError(namespaces, request.namespace);
  const phase = (found as unknown as INamespace).status?.phase;
  if (request.operation === 'CREATE' && phase === 'Terminating') throw terminating(request);
}

const terminating = (request: AdmissionRequest) =>
  refuse(
    request,
    `unable to create new content in namespace ${request.namespace} because it is being terminated`,
    [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${request.namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  );
