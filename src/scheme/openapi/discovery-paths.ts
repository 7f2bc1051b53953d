import { groupName, idOf, tagOf } from './names.ts';
import { mediaTypes, type PathItem } from './operation.ts';
import { rootOf } from './target.ts';

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';

function discoveryPath(path: string, id: string, tag: string, description: string, answer: string): PathItem {
  const operation = {
    method: 'get',
    id,
    tag,
    description,
    parameters: [],
    consumes: mediaTypes.anyBody,
    produces: mediaTypes.answers,
    answer,
    codes: [200],
  } as const;
  return { path, parameters: [], operations: [operation] };
}

/** `/api/` and `/apis/`. */
export const coreVersionsPath = (): PathItem =>
  discoveryPath('/api/', 'getCoreAPIVersions', 'core', 'get available API versions', `${meta}.APIVersions`);

export const groupsPath = (): PathItem =>
  discoveryPath('/apis/', 'getAPIVersions', 'apis', 'get available API versions', `${meta}.APIGroupList`);

/** `/apis/apps/` */
export const groupPath = (group: string): PathItem =>
  discoveryPath(
    `/apis/${group}/`,
    `get${idOf(group)}APIGroup`,
    groupName(group),
    'get information of a group',
    `${meta}.APIGroup`,
  );

/** `/apis/apps/v1/` */
export const groupVersionPath = (group: string, version: string): PathItem =>
  discoveryPath(
    `${rootOf(group, version)}/`,
    `get${idOf(group, version)}APIResources`,
    tagOf(group, version),
    'get available resources',
    `${meta}.APIResourceList`,
  );

export const versionPath = (): PathItem =>
  discoveryPath(
    '/version/',
    'getCodeVersion',
    'version',
    'get the version information for this server',
    'io.k8s.apimachinery.pkg.version.Info',
  );
