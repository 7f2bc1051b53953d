import type { Objects } from '../../client/client.ts';
import type { EventRecorder } from '../../client/event-recorder.ts';
import { type Deployment, deployments, type ReplicaSet } from '../../client/kinds.ts';
import { previousRevision, revisionOf, rollbackAnnotation, rolledBackAnnotations } from './annotations.ts';
import { sameTemplate, templateWithoutHash } from './replica-set.ts';
import type { Rollout } from './rollout.ts';

/** The revision that an old client wants back, 0 for the previous one; undefined when it wants none. */
export function rollbackOf({ metadata }: Deployment): number | undefined {
  const text = metadata.annotations?.[rollbackAnnotation] ?? '';
  return /^-?\d+$/.test(text) ? Number(text) : undefined;
}

/** Gives a Deployment the template that it had at `wanted`, and takes the wish away whether or not it could be granted. */
export async function rollBack(
  { deployment, newSet, oldSets }: Rollout,
  wanted: number,
  { objects, event }: { readonly objects: Objects<Deployment>; readonly event: EventRecorder['event'] },
): Promise<void> {
  const sets = [...oldSets, ...(newSet ? [newSet] : [])];
  const revision = wanted === 0 ? previousRevision(sets) : wanted;
  const warn = (reason: string, message: string) =>
    event(deployments, deployment, 'Warning', reason, message);
  const found = sets.find((set) => revisionOf(set) === revision);
  const { name } = deployment.metadata;
  if (revision === 0) {
    warn('DeploymentRollbackRevisionNotFound', 'Unable to find last revision.');
  } else if (!found) {
    warn('DeploymentRollbackRevisionNotFound', 'Unable to find the revision to rollback to.');
  } else if (sameTemplate(found.spec?.template, deployment.spec?.template)) {
    warn(
      'DeploymentRollbackTemplateUnchanged',
      `The rollback revision contains the same template as current deployment ${JSON.stringify(name)}`,
    );
  } else {
    await objects.update(withoutWish(rolledBack(deployment, found)));
    const message = `Rolled back deployment ${JSON.stringify(name)} to revision ${revision}`;
    event(deployments, deployment, 'Normal', 'DeploymentRollback', message);
    return;
  }
  await objects.update(withoutWish(deployment));
}

const rolledBack = (deployment: Deployment, set: ReplicaSet): Deployment => ({
  ...deployment,
  metadata: { ...deployment.metadata, annotations: { ...rolledBackAnnotations(deployment, set) } },
  spec: { ...deployment.spec!, template: templateWithoutHash(set.spec?.template ?? {}) },
});

function withoutWish(deployment: Deployment): Deployment {
  const { [rollbackAnnotation]: _, ...annotations } = deployment.metadata.annotations ?? {};
  return { ...deployment, metadata: { ...deployment.metadata, annotations } };
}
