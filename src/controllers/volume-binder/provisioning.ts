import type { Client } from '../../client/client.ts';
import { isAlreadyExists } from '../../client/failure.ts';
import { type PersistentVolumeClaim, persistentVolumeClaims, persistentVolumes } from '../../client/kinds.ts';
import { selectedNode } from '../volume-matching.ts';
import type { Known } from './binder.ts';

/** A StorageClass with this provisioner has its volumes at once; there is nothing behind them. */
export const simulatedProvisioner = 'binnacle.dev/simulated';

const provisionerNotes = [
  'volume.beta.kubernetes.io/storage-provisioner',
  'volume.kubernetes.io/storage-provisioner',
];
const noProvisioner = 'kubernetes.io/no-provisioner';

/** Has volumes made for claims that none is there for. */
export interface Provisioning {
  provision(claim: PersistentVolumeClaim, className: string): Promise<void>;
}

export function createProvisioning(client: Client, { classes, event }: Known): Provisioning {
  const claims = client.of(persistentVolumeClaims);
  const volumes = client.of(persistentVolumes);
  const fail = (claim: PersistentVolumeClaim, message: string) =>
    event(persistentVolumeClaims, claim, 'Warning', 'ProvisioningFailed', message);
  /** The one who makes volumes finds its claims by these. */
  const note = async (claim: PersistentVolumeClaim, provisioner: string): Promise<void> => {
    const { metadata } = claim;
    if (provisionerNotes.every((name) => metadata.annotations?.[name] === provisioner)) return;
    const notes = Object.fromEntries(provisionerNotes.map((name) => [name, provisioner]));
    await claims.update({
      ...claim,
      metadata: { ...metadata, annotations: { ...metadata.annotations, ...notes } },
    });
  };
  return {
    async provision(claim, className) {
      const storageClass = classes.get('', className);
      if (!storageClass) {
        fail(claim, `storageclass.storage.k8s.io ${JSON.stringify(className)} not found`);
        return;
      }
      const { provisioner, reclaimPolicy = 'Delete', mountOptions } = storageClass;
      if (provisioner === noProvisioner) return;
      if (provisioner !== simulatedProvisioner) {
        await note(claim, provisioner);
        const message = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
        event(persistentVolumeClaims, claim, 'Normal', 'ExternalProvisioning', message);
        return;
      }
      const name = `pvc-${claim.metadata.uid}`;
      await createVolume(name, claim, { className, reclaimPolicy, mountOptions });
      const message = `Successfully provisioned volume ${name} using ${simulatedProvisioner}`;
      event(persistentVolumeClaims, claim, 'Normal', 'ProvisioningSucceeded', message);
    },
  };

  async function createVolume(
    name: string,
    { metadata, spec }: PersistentVolumeClaim,
    terms: { className: string; reclaimPolicy: string; mountOptions: string[] | undefined },
  ): Promise<void> {
    const { namespace, name: claimName, uid, resourceVersion } = metadata;
    const node = metadata.annotations?.[selectedNode];
    try {
      await volumes.create('', {
        metadata: { name, annotations: { 'pv.kubernetes.io/provisioned-by': simulatedProvisioner } },
        spec: {
          capacity: { storage: spec?.resources?.requests?.['storage'] ?? '1Gi' },
          ...(spec?.accessModes ? { accessModes: spec.accessModes } : {}),
          ...(spec?.volumeMode ? { volumeMode: spec.volumeMode } : {}),
          storageClassName: terms.className,
          persistentVolumeReclaimPolicy: terms.reclaimPolicy as 'Delete' | 'Retain',
          ...(terms.mountOptions ? { mountOptions: terms.mountOptions } : {}),
          claimRef: {
            kind: 'PersistentVolumeClaim',
            apiVersion: 'v1',
            ...{ namespace, name: claimName, uid, resourceVersion },
          },
          hostPath: { path: `/var/lib/binnacle/${name}`, type: 'DirectoryOrCreate' },
          ...(node ? { nodeAffinity: onlyOn(node) } : {}),
        },
      });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  }
}

const onlyOn = (node: string) => ({
  required: {
    nodeSelectorTerms: [
      { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In' as const, values: [node] }] },
    ],
  },
});
