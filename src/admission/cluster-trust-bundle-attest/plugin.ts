import type { GroupResource } from '../../apimachinery/gvk.ts';
import { jsonEqual, type KubeObject } from '../../apimachinery/object.ts';
import { concerns, refuse } from '../request.ts';
import { mayActForSigner } from '../signers.ts';
import { readSpec } from '../structs.ts';
import type { AdmissionPluginFactory } from '../types.ts';

const bundles: GroupResource = { group: 'certificates.k8s.io', resource: 'clustertrustbundles' };

/** Who publishes the certificates of a signer must be trusted with it. */
export const clusterTrustBundleAttest: AdmissionPluginFactory = ({ ask }) => ({
  name: 'ClusterTrustBundleAttest',
  validate: async (request) => {
    const { object, oldObject, user } = request;
    if (!object || !concerns(request, bundles)) return;
    const { signerName = '' } = readSpec<{ signerName?: string }>(object);
    if (signerName === '' || (oldObject && changesOnlyOwnership(object, oldObject))) return;
    if (await mayActForSigner(ask, user, 'attest', signerName)) return;
    throw refuse(request, `user not permitted to attest for signerName ${JSON.stringify(signerName)}`);
  },
});

/** Garbage collection and storage migration write bundles without saying anything new. */
function changesOnlyOwnership(object: KubeObject, old: KubeObject): boolean {
  const { ownerReferences, finalizers, managedFields, ...metadata } = object.metadata;
  const { ownerReferences: _, finalizers: __, managedFields: ___, ...oldMetadata } = old.metadata;
  return jsonEqual({ ...object, metadata }, { ...old, metadata: oldMetadata });
}
