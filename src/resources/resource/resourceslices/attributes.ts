import type { IDeviceAttribute } from 'kubernetes-models/resource.k8s.io/v1';
import { type FieldError, type FieldPath, invalid, tooLong } from '../../../apimachinery/field-error.ts';
import { byteLength } from '../../../apimachinery/names.ts';

const maxValueBytes = 64;
const number = '(0|[1-9]\\d*)';
const preRelease = '(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)';
const build = '[0-9a-zA-Z-]+';
const semver = new RegExp(
  `^${number}\\.${number}\\.${number}(-${preRelease}(\\.${preRelease})*)?(\\+${build}(\\.${build})*)?$`,
);

/** An attribute is a boolean, a whole number, a text or a version. */
export function validateAttribute(attribute: IDeviceAttribute, path: FieldPath): FieldError[] {
  const { bool, int, string, version } = attribute;
  const given = [bool, int, string, version].filter((value) => value !== undefined).length;
  const detail = 'exactly one value must be specified';
  return [
    ...(string === undefined ? [] : validateLength(string, path.child('string'))),
    ...(version === undefined ? [] : validateVersion(version, path.child('version'))),
    ...(given === 1 ? [] : [invalid(path, given === 0 ? '' : attribute, detail)]),
  ];
}

const validateLength = (text: string, path: FieldPath): FieldError[] =>
  byteLength(text) > maxValueBytes ? [tooLong(path, maxValueBytes)] : [];

const validateVersion = (version: string, path: FieldPath): FieldError[] => [
  ...(semver.test(version)
    ? []
    : [invalid(path, version, 'must be a string compatible with semver.org spec 2.0.0')]),
  ...validateLength(version, path),
];
