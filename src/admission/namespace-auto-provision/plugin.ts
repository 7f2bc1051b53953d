import { ApiError } from '../../apimachinery/status.ts';
import { concerns, namespaces, refuse } from '../request.ts';
import type { AdmissionPluginFactory } from '../types.ts';

/** Namespaces come into being with the first object in them. */
export const namespaceAutoProvision: AdmissionPluginFactory = ({ reader, writer }) => ({
  name: 'NamespaceAutoProvision',
  mutate: async (request) => {
    const { operation, namespace, dryRun } = request;
    if (operation !== 'CREATE' || dryRun || namespace === '' || concerns(request, namespaces)) return;
    if (reader.get(namespaces, '', namespace)) return;
    try {
      await writer.ensure({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    } catch (error) {
      throw error instanceof ApiError ? refuse(request, error.message) : error;
    }
  },
});
