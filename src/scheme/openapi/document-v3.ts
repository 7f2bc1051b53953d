import type { Steps } from '../../apimachinery/steps.ts';
import type { ResourceDefinition } from '../definition.ts';
import type { SchemaSet } from '../schema.ts';
import { openApiV3, type Part } from './dialect.ts';
import { documentScopes, mentionedTypes } from './documents.ts';
import { deleteOptionsType, watchEventType } from './object-operation.ts';
import { codeTexts, hoisted, type Operation, type PathItem } from './operation.ts';
import type { Parameter } from './parameters.ts';
import { gvkPart, namedTypePart, withMentioned } from './type-schema.ts';

/**
 * The OpenAPI v3 document below `/openapi/v3/`, such as that of `apis/apps/v1`; undefined when there is none of that path.
 * `version` is the server's, such as `v1.36.3`.
 */
export function* openApiV3Document(
  definitions: readonly ResourceDefinition[],
  path: string,
  schemas: SchemaSet,
  version: string,
): Steps<Part | undefined> {
  const scope = documentScopes(definitions).find((candidate) => candidate.path === path);
  if (!scope) return undefined;
  const items = scope.items();
  yield;
  const descriptions = schemas.descriptions();
  yield;
  const gvksOf = (name: string) =>
    scope.groupVersion && (name === deleteOptionsType || name === watchEventType)
      ? registeredIn(scope.groupVersion, name.slice(name.lastIndexOf('.') + 1))
      : undefined;
  const types = withMentioned(mentionedTypes(items), schemas).map(
    (name) => [name, namedTypePart(name, schemas, descriptions, openApiV3, gvksOf(name))] as const,
  );
  yield;
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version },
    paths: Object.fromEntries(items.map((item) => [item.path, pathPart(item)])),
    components: {
      schemas: Object.fromEntries(types),
      securitySchemes: {
        BearerToken: {
          type: 'apiKey',
          description: 'Bearer Token authentication',
          name: 'authorization',
          in: 'header',
        },
      },
    },
  };
}

/** Options and watch events are registered in the core group, and again in every other group version. */
const registeredIn = (groupVersion: { readonly group: string; readonly version: string }, kind: string) => [
  { group: '', version: 'v1', kind },
  ...(groupVersion.group === '' ? [] : [{ ...groupVersion, kind }]),
];

const parameterPart = ({ name, in: place, type, description }: Parameter): Part => ({
  name,
  in: place,
  description,
  ...(place === 'path' ? { required: true } : {}),
  schema: { type, uniqueItems: true },
});

function pathPart(item: PathItem): Part {
  const { parameters, operations } = hoisted(item);
  return {
    ...Object.fromEntries(operations.map((operation) => [operation.method, operationPart(operation)])),
    ...(parameters.length > 0 ? { parameters: parameters.map(parameterPart) } : {}),
  };
}

const content = (mediaTypes: readonly string[], schema: Part): Part =>
  Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, { schema }]));

const refPart = (name: string): Part => ({ $ref: `${openApiV3.refPrefix}${name}` });

function operationPart(operation: Operation): Part {
  const { tag, description, id, parameters, body, bodyRequired, consumes, produces, answer, codes } =
    operation;
  const answered = content(produces, answer === undefined ? { type: 'string' } : refPart(answer));
  return {
    tags: [tag],
    description,
    operationId: id,
    ...(parameters.length > 0 ? { parameters: parameters.map(parameterPart) } : {}),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            content: content(consumes, refPart(body)),
            ...(bodyRequired ? { required: true } : {}),
          },
        }),
    responses: {
      ...Object.fromEntries(codes.map((code) => [code, { description: codeTexts[code], content: answered }])),
      401: { description: 'Unauthorized' },
    },
    ...(operation.action ? { 'x-kubernetes-action': operation.action } : {}),
    ...(operation.gvk ? { 'x-kubernetes-group-version-kind': gvkPart(operation.gvk) } : {}),
  };
}
