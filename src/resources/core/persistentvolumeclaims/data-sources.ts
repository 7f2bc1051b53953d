import type {
  IPersistentVolumeClaim,
  IPersistentVolumeClaimSpec,
  ITypedLocalObjectReference,
} from 'kubernetes-models/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { structIn } from '../../struct-fields.ts';

/** The two kinds of sources there were before any object could be one (KEP 1495). */
function isEarlySource({ apiGroup = '', kind }: ITypedLocalObjectReference): boolean {
  return (
    (kind === 'PersistentVolumeClaim' && apiGroup === '') ||
    (kind === 'VolumeSnapshot' && apiGroup === 'snapshot.storage.k8s.io')
  );
}

const readSpec = (object: KubeObject | undefined) =>
  (object as unknown as IPersistentVolumeClaim | undefined)?.spec;

/**
 * `dataSource` is the older form of `dataSourceRef`: a kind of source that old servers did not know is dropped from it,
 * then each is filled from the other. A source in another namespace, which needs a gate that is off, is dropped.
 */
export function alignDataSources(object: KubeObject, old: KubeObject | undefined): void {
  const spec = structIn<IPersistentVolumeClaimSpec>(object, 'spec');
  const oldSpec = readSpec(old);
  if (spec.dataSourceRef?.namespace && !oldSpec?.dataSourceRef) delete spec.dataSourceRef;
  const inUse = oldSpec?.dataSource || oldSpec?.dataSourceRef;
  if (!inUse && !spec.dataSourceRef && spec.dataSource && !isEarlySource(spec.dataSource))
    delete spec.dataSource;
  fillFromEachOther(spec);
}

function fillFromEachOther(spec: IPersistentVolumeClaimSpec): void {
  if (spec.dataSource && !spec.dataSourceRef) {
    spec.dataSourceRef = { ...spec.dataSource };
  } else if (spec.dataSourceRef && !spec.dataSource && !spec.dataSourceRef.namespace) {
    const { namespace: _, ...source } = spec.dataSourceRef;
    spec.dataSource = source;
  }
}
