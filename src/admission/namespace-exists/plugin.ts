import { notFoundError } from '../../apimachinery/status.ts';
import { concerns, namespaces } from '../request.ts';
import type { AdmissionPluginFactory } from '../types.ts';

/** Writes only go to namespaces that exist: what NamespaceLifecycle does too, and for going ones. */
export const namespaceExists: AdmissionPluginFactory = ({ reader }) => ({
  name: 'NamespaceExists',
  validate: (request) => {
    const { operation, namespace } = request;
    if (operation === 'CONNECT' || namespace === '' || concerns(request, namespaces)) return;
    if (!reader.get(namespaces, '', namespace)) throw notFoundError(namespaces, namespace);
  },
});
