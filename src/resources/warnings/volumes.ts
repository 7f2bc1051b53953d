import type { IVolume } from 'kubernetes-models/v1';
import type { FieldPath } from '../../apimachinery/field-error.ts';
import { flatMapped } from '../../apimachinery/lists.ts';
import { claimSpecWarnings } from './claims.ts';

/** Volume sources whose drivers are gone or going, by field, with the name that the warning gives the field. */
const retiredSources = [
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
] as const;

/** Warnings on the volumes of a pod spec. */
export function volumeWarnings(volumes: readonly IVolume[], path: FieldPath): string[] {
  return flatMapped(volumes, (volume, i) => {
    const volumePath = path.index(i);
    const claim = volume.ephemeral?.volumeClaimTemplate?.spec;
    return [
      ...retiredSources
        .filter(([field]) => volume[field] !== undefined)
        .map(([, shown, message]) => `${volumePath.child(shown)}: ${message}`),
      ...(claim
        ? claimSpecWarnings(claim, volumePath.child('ephemeral', 'volumeClaimTemplate', 'spec'))
        : []),
    ];
  });
}
