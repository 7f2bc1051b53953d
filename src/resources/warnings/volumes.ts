import type { IVolume } from 'kubernetes-models/v1';
import type { FieldPath } from '../../apimachinery/field-error.ts';
import { flatMapped } from '../../apimachinery/lists.ts';
import { claimSpecWarnings } from './claims.ts';

/** Volume sources whose drivers are gone or going. */
const retiredSources = {
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+',
  gitRepo: 'deprecated in v1.11, and disabled by default in v1.33+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  flocker: 'deprecated in v1.22, non-functional in v1.25+',
  storageos: 'deprecated in v1.22, non-functional in v1.25+',
  quobyte: 'deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  cephfs: 'deprecated in v1.28, non-functional in v1.31+',
  rbd: 'deprecated in v1.28, non-functional in v1.31+',
} as const;

type RetiredSource = keyof typeof retiredSources;

const retiredNames = Object.keys(retiredSources) as RetiredSource[];

/** Warnings on the given retired sources of a volume, in the order given. `path` is that of the volume. */
export const retiredSourceWarnings = (
  volume: Readonly<{ [field in RetiredSource]?: unknown }>,
  fields: readonly RetiredSource[],
  path: FieldPath,
): string[] =>
  fields
    .filter((field) => volume[field] !== undefined)
    // The reference server writes this one name in its own way.
    .map((field) => `${path.child(field === 'storageos' ? 'storageOS' : field)}: ${retiredSources[field]}`);

/** Warnings on the volumes of a pod spec. */
export function volumeWarnings(volumes: readonly IVolume[], path: FieldPath): string[] {
  return flatMapped(volumes, (volume, i) => {
    const volumePath = path.index(i);
    const claim = volume.ephemeral?.volumeClaimTemplate?.spec;
    return [
      ...retiredSourceWarnings(volume, retiredNames, volumePath),
      ...(claim
        ? claimSpecWarnings(claim, volumePath.child('ephemeral', 'volumeClaimTemplate', 'spec'))
        : []),
    ];
  });
}
