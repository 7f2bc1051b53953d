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
import { invalidFor } from '../../validation/values.ts';
import { apiVersionErrors } from './names.ts';
import type { ServerStorageVersion, StorageVersionCondition, StorageVersionStatus } from './types.ts';

const path = FieldPath.of('status');

/** The spec is empty; what servers report stands in the status. */
export function validateStorageVersion(object: KubeObject): FieldError[] {
  const status = readStruct<StorageVersionStatus>(object, 'status');
  const { storageVersions = [], conditions = [] } = status;
  return [
    ...validateServers(storageVersions),
    ...validateCommonVersion(status),
    ...conditions.flatMap((condition, i) => validateCondition(condition, conditions.slice(0, i))),
  ];
}

function validateServers(servers: readonly ServerStorageVersion[]): FieldError[] {
  const seen = new Set<string>();
  return servers.flatMap((server, i) => {
    const { apiServerID = '' } = server;
    const serverPath = path.child('storageVersions').index(i);
    const repeated = seen.has(apiServerID);
    seen.add(apiServerID);
    return [
      ...(repeated ? [duplicate(serverPath.child('apiServerID'), apiServerID)] : []),
      ...validateServer(server, serverPath),
    ];
  });
}

function validateServer(server: ServerStorageVersion, serverPath: FieldPath): FieldError[] {
  const { apiServerID = '', encodingVersion = '', decodableVersions = [], servedVersions = [] } = server;
  const decodablePath = serverPath.child('decodableVersions');
  const servedPath = serverPath.child('servedVersions');
  const errors = [
    ...invalidFor(isDNS1123Subdomain(apiServerID), apiServerID, serverPath.child('apiServerID')),
    ...validateApiVersion(encodingVersion, serverPath.child('encodingVersion')),
    ...decodableVersions.flatMap((version, i) => validateApiVersion(version, decodablePath.index(i))),
  ];
  if (!decodableVersions.includes(encodingVersion)) {
    const detail = `decodableVersions must include encodingVersion ${encodingVersion}`;
    errors.push(invalid(decodablePath, decodableVersions, detail));
  }
  for (const [i, version] of servedVersions.entries()) {
    errors.push(...validateApiVersion(version, servedPath.index(i)));
    if (decodableVersions.includes(version)) continue;
    const detail = `individual served version : ${version} must be included in decodableVersions : [${decodableVersions.join(' ')}]`;
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

function validateCondition(
  { type = '', status = '', reason = '', message = '' }: StorageVersionCondition,
  earlier: readonly StorageVersionCondition[],
): FieldError[] {
  // The reference server leaves `conditions` out of these paths.
  const conditionPath = path.index(earlier.length);
  const typePath = conditionPath.child('type');
  const first = earlier.findLastIndex((condition) => condition.type === type);
  const errors: FieldError[] = [];
  if (first >= 0) {
    const detail = `the type of the condition is not unique, it also appears in conditions[${first}]`;
    errors.push(invalid(typePath, type, detail));
  }
  errors.push(
    ...validateQualifiedName(type, typePath),
    ...validateQualifiedName(status, conditionPath.child('status')),
  );
  if (reason === '') errors.push(required(conditionPath.child('reason'), 'reason cannot be empty'));
  if (message === '') errors.push(required(conditionPath.child('message'), 'message cannot be empty'));
  return errors;
}
