import {
  duplicate,
  type FieldError,
  FieldPath,
  invalid,
  required,
} from '../../../apimachinery/field-error.ts';
import { isDNS1123Subdomain } from '../../../apimachinery/names.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { validateQualifiedName } from '../../validation/name-fields.ts';
import { invalidFor, repeated } from '../../validation/values.ts';
import { apiVersionErrors } from './names.ts';
import type { ServerStorageVersion, StorageVersionCondition, StorageVersionStatus } from './types.ts';

const path = FieldPath.of('status');
const maxListMessages = 10;

/** The spec is empty; what servers report stands in the status. */
export function validateStorageVersion(object: KubeObject): FieldError[] {
  const status = readStruct<StorageVersionStatus>(object, 'status');
  const { storageVersions = [], conditions = [] } = status;
  return [
    ...validateServers(storageVersions),
    ...validateCommonVersion(status),
    ...validateConditionList(conditions),
  ];
}

function validateServers(servers: readonly ServerStorageVersion[]): FieldError[] {
  const again = repeated(servers.map(({ apiServerID }) => apiServerID));
  return servers.flatMap((server, i) => {
    const serverPath = path.child('storageVersions').index(i);
    return [
      ...(again[i] ? [duplicate(serverPath.child('apiServerID'), server.apiServerID)] : []),
      ...validateServer(server, serverPath),
    ];
  });
}

function validateServer(server: ServerStorageVersion, serverPath: FieldPath): FieldError[] {
  const { apiServerID = '', encodingVersion = '', decodableVersions = [], servedVersions = [] } = server;
  const decodablePath = serverPath.child('decodableVersions');
  const errors = [
    ...invalidFor(isDNS1123Subdomain(apiServerID), apiServerID, serverPath.child('apiServerID')),
    ...validateApiVersion(encodingVersion, serverPath.child('encodingVersion')),
    ...decodableVersions.flatMap((version, i) => validateApiVersion(version, decodablePath.index(i))),
  ];
  if (!decodableVersions.includes(encodingVersion)) {
    const detail = `decodableVersions must include encodingVersion ${encodingVersion}`;
    errors.push(invalid(decodablePath, decodableVersions, detail));
  }
  return [
    ...errors,
    ...validateServed(servedVersions, decodableVersions, serverPath.child('servedVersions')),
  ];
}

/** What a server serves it can decode. */
function validateServed(
  served: readonly string[],
  decodable: readonly string[],
  servedPath: FieldPath,
): FieldError[] {
  const known = new Set(decodable);
  const errors = served.flatMap((version, i) => validateApiVersion(version, servedPath.index(i)));
  const missing = served.map((version, i) => ({ version, i })).filter(({ version }) => !known.has(version));
  // Each message repeats the whole list, so only some are made.
  for (const { version, i } of missing.slice(0, maxListMessages)) {
    const detail = `individual served version : ${version} must be included in decodableVersions : [${decodable.join(' ')}]`;
    errors.push(invalid(servedPath.index(i), version, detail));
  }
  return errors;
}

function validateApiVersion(version: string, versionPath: FieldPath): FieldError[] {
  const messages = apiVersionErrors(version);
  return messages.length > 0 ? [invalid(versionPath, version, messages.join(','))] : [];
}

/** The version all servers agree on, or none. */
function validateCommonVersion(status: StorageVersionStatus): FieldError[] {
  const { commonEncodingVersion: given, storageVersions = [] } = status;
  const versions = new Set(storageVersions.map(({ encodingVersion = '' }) => encodingVersion));
  const [actual] = versions.size === 1 ? versions : [];
  if (given === actual) return [];
  const commonPath = path.child('commonEncodingVersion');
  if (actual === undefined) {
    const detail =
      'should be nil if servers do not agree on the same encoding version, or if there is no server reporting the supported versions yet';
    return [invalid(commonPath, given, detail)];
  }
  return given === undefined
    ? [invalid(commonPath, given, `the common encoding version is ${actual}`)]
    : [invalid(commonPath, given, `the actual common encoding version is ${actual}`)];
}

function validateConditionList(conditions: readonly StorageVersionCondition[]): FieldError[] {
  const lastPlace = new Map<string, number>();
  return conditions.flatMap((condition, i) => {
    const { type = '' } = condition;
    const earlier = lastPlace.get(type);
    lastPlace.set(type, i);
    return validateCondition(condition, i, earlier);
  });
}

/** `earlier`: where a condition of the same type stands. */
function validateCondition(
  { type = '', status = '', reason = '', message = '' }: StorageVersionCondition,
  index: number,
  earlier: number | undefined,
): FieldError[] {
  // The reference server leaves `conditions` out of these paths.
  const conditionPath = path.index(index);
  const typePath = conditionPath.child('type');
  const errors: FieldError[] = [];
  if (earlier !== undefined) {
    const detail = `the type of the condition is not unique, it also appears in conditions[${earlier}]`;
    errors.push(invalid(typePath, type, detail));
  }
  errors.push(
    ...validateQualifiedName(type, typePath),
    ...validateQualifiedName(status, conditionPath.child('status')),
  );
  if (reason === '') errors.push(required(conditionPath.child('reason')));
  if (message === '') errors.push(required(conditionPath.child('message')));
  return errors;
}
