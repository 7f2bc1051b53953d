import { jsonEqual } from '../../apimachinery/object.ts';
import { isAlreadyExists, isNotFound, unlessNotFound } from '../../client/failure.ts';
import { configMaps, namespaces } from '../../client/kinds.ts';
import { metadataOf } from '../../client/resource.ts';
import { itself, runLoop, source } from '../loop.ts';
import { managerUser } from '../manager.ts';
import type { Controller } from '../types.ts';

const mapName = 'kube-root-ca.crt';
const descriptionAnnotation = 'kubernetes.io/description';
const description =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service ' +
  'IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

/**
 * Keeps a ConfigMap in every namespace that says who signed the server's certificate, for pods to trust it. It is empty when nobody
 * knows: a cluster without a socket has no certificate.
 */
export const rootCaPublisher: Controller = {
  names: ['root-ca-certificate-publisher-controller', 'root-ca-cert-publisher'],
  start(tools) {
    const client = tools.clientAs('root-ca-cert-publisher').of(configMaps);
    // The publisher's own account may not read.
    const reader = tools.clientOf(managerUser).of(configMaps);
    const places = tools.informers.of(namespaces);
    // There may be very many ConfigMaps, and one in each namespace matters.
    const maps = tools.informers.of(metadataOf(configMaps));
    const data = { 'ca.crt': tools.rootCa ?? '' };

    const reconcile = async (namespace: string): Promise<void> => {
      const place = places.get('', namespace);
      if (!place || place.metadata.deletionTimestamp !== undefined) return;
      const found = await unlessNotFound(reader.get(namespace, mapName));
      if (!found) {
        const metadata = { name: mapName, annotations: { [descriptionAnnotation]: description } };
        await client.create(namespace, { metadata, data }).catch((error: unknown) => {
          if (!isAlreadyExists(error) && !isNotFound(error)) throw error;
        });
        return;
      }
      const { annotations = {} } = found.metadata;
      if (annotations[descriptionAnnotation] && jsonEqual(found.data, data)) return;
      const described = { ...annotations, [descriptionAnnotation]: description };
      await client.update({ ...found, data, metadata: { ...found.metadata, annotations: described } });
    };
    const sources = [
      itself(places),
      source(maps, (after, before) => {
        const { name, namespace = '' } = (after ?? before)!.metadata;
        return name === mapName ? [namespace] : [];
      }),
    ];
    return runLoop({ name: 'root-ca-cert-publisher', sources, reconcile }, tools);
  },
};
