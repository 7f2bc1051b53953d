import { groupName, idOf, tagOf } from './names.ts';
import { mediaTypes, type Operation, type PathItem } from './operation.ts';
import { rootOf } from './target.ts';

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/** A path that is read. Without `answer` it answers with text. */
function readPath(
  path: string,
  id: string,
  tag: string,
  description: string,
  media: Pick<Operation, 'consumes' | 'produces'>,
  answer?: string,
): PathItem {
  const operation: Operation = {
    method: 'get',
    id,
    tag,
    description,
    parameters: [],
    ...media,
    ...(answer === undefined ? {} : { answer }),
    codes: [200],
  };
  return { path, parameters: [], operations: [operation] };
}

const discoveryMedia = { consumes: mediaTypes.answers, produces: mediaTypes.answers };
const json = ['application/json'];

const discoveryPath = (path: string, id: string, tag: string, description: string, answer: string) =>
  readPath(path, id, tag, description, discoveryMedia, answer);

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
  readPath(
    '/version/',
    'getCodeVersion',
    'version',
    'get the version information for this server',
    { consumes: json, produces: json },
    'io.k8s.apimachinery.pkg.version.Info',
  );

/** What others need to check tokens of service accounts. */
export const issuerPath = (): PathItem =>
  readPath(
    '/.well-known/openid-configuration/',
    'getServiceAccountIssuerOpenIDConfiguration',
    'WellKnown',
    "get service account issuer OpenID configuration, also known as the 'OIDC discovery doc'",
    { consumes: [], produces: json },
  );

export const issuerKeysPath = (): PathItem =>
  readPath(
    '/openid/v1/jwks/',
    'getServiceAccountIssuerOpenIDKeyset',
    'openid',
    'get service account issuer OpenID JSON Web Key Set (contains public token verification keys)',
    { consumes: [], produces: ['application/jwk-set+json'] },
  );
