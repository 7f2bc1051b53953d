import { type FieldError, FieldPath, invalid, required } from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { validateLeaseStrategy } from '../lease-strategy.ts';
import { isOlder, isZeroVersion, parseVersion } from './semantic-version.ts';
import type { LeaseCandidateSpec } from './spec.ts';

const specPath = FieldPath.of('spec');
const zeroVersion = parseVersion('0.0.0')!;

export function validateLeaseCandidate(object: KubeObject): FieldError[] {
  const spec = readStruct<LeaseCandidateSpec>(object, 'spec');
  const { leaseName, emulationVersion = '', binaryVersion = '', strategy = '' } = spec;
  const binaryPath = specPath.child('binaryVersion');
  const emulationPath = specPath.child('emulationVersion');
  const errors = leaseName ? [] : [required(specPath.child('leaseName'))];
  if (binaryVersion === '') errors.push(required(binaryPath));
  const read = (text: string, path: FieldPath) => {
    if (text === '') return zeroVersion;
    const version = parseVersion(text);
    if (!version) errors.push(invalid(path, text, 'must be a valid semantic version'));
    return version ?? zeroVersion;
  };
  const emulation = read(emulationVersion, emulationPath);
  const binary = read(binaryVersion, binaryPath);
  if (binaryVersion !== '' && emulationVersion !== '' && isOlder(binary, emulation)) {
    const detail = 'must be greater than or equal to `emulationVersion`';
    errors.push(invalid(binaryPath, binaryVersion, detail));
  }
  if (strategy === '') return [...errors, required(specPath.child('strategy'))];
  errors.push(...validateLeaseStrategy(strategy, specPath));
  if (strategy !== 'OldestEmulationVersion') return errors;
  const detail = "must be specified when `strategy` is 'OldestEmulationVersion'";
  if (isZeroVersion(binary) && parseVersion(binaryVersion)) errors.push(required(binaryPath, detail));
  if (isZeroVersion(emulation)) errors.push(required(emulationPath, detail));
  return errors;
}

export function validateLeaseCandidateUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const { leaseName } = readStruct<LeaseCandidateSpec>(object, 'spec');
  const { leaseName: oldName } = readStruct<LeaseCandidateSpec>(old, 'spec');
  return [
    ...validateLeaseCandidate(object),
    ...validateImmutableField(leaseName, oldName, specPath.child('leaseName')),
  ];
}
