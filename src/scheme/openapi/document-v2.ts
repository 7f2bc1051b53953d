import { parseApiVersion } from '../../apimachinery/gvk.ts';
import type { Steps } from '../../apimachinery/steps.ts';
import type { ResourceDefinition } from '../definition.ts';
import everyGroupVersion from '../facts/every-group-version.json' with { type: 'json' };
import type { SchemaSet } from '../schema.ts';
import { type Part, swaggerV2 } from './dialect.ts';
import { documentScopes, mentionedTypes } from './documents.ts';
import { deleteOptionsType, watchEventType } from './object-operation.ts';
import { codeTexts, hoisted, type Operation, type PathItem } from './operation.ts';
import type { Parameter } from './parameters.ts';
import { gvkPart, namedTypePart, withMentioned } from './type-schema.ts';

/** The Swagger document of the whole API, as `/openapi/v2` serves it. `version` is the server's, such as `v1.36.3`. */
export function* openApiV2Document(
  definitions: readonly ResourceDefinition[],
  schemas: SchemaSet,
  version: string,
): Steps<Part> {
  const items = documentScopes(definitions).flatMap((scope) => scope.items());
  yield;
  const names = withMentioned(mentionedTypes(items), schemas);
  yield;
  const descriptions = schemas.descriptions();
  yield;
  const types = names.map(
    (name) => [name, namedTypePart(name, schemas, descriptions, swaggerV2, gvksOf(name))] as const,
  );
  yield;
  const shared = new Map<string, Parameter>();
  const paths = items.map((item) => [item.path, pathPart(item, shared)] as const);
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version },
    paths: Object.fromEntries(paths.sort(([a], [b]) => (a < b ? -1 : 1))),
    definitions: Object.fromEntries(types),
    parameters: Object.fromEntries([...shared].map(([name, parameter]) => [name, parameterPart(parameter)])),
    securityDefinitions: {
      BearerToken: {
        type: 'apiKey',
        description: 'Bearer Token authentication',
        name: 'authorization',
        in: 'header',
      },
    },
    security: [{ BearerToken: [] }],
  };
}

/** Two types are registered in every group version that the reference server ever had. */
function gvksOf(name: string) {
  if (name !== deleteOptionsType && name !== watchEventType) return undefined;
  const kind = name.slice(name.lastIndexOf('.') + 1);
  return everyGroupVersion.map((apiVersion) => ({ ...parseApiVersion(apiVersion)!, kind }));
}

const parameterPart = ({ name, in: place, type, description }: Parameter): Part => ({
  name,
  in: place,
  type,
  description,
  ...(place === 'path' ? { required: true } : {}),
  uniqueItems: true,
});

/** Parameters are written once and referred to, except for those that differ from path to path. */
function parameterRef(parameter: Parameter, shared: Map<string, Parameter>): Part {
  const other = shared.get(parameter.name);
  if (parameter.name === 'name' || (other && other !== parameter)) return parameterPart(parameter);
  shared.set(parameter.name, parameter);
  return { $ref: `#/parameters/${parameter.name}` };
}

function pathPart(item: PathItem, shared: Map<string, Parameter>): Part {
  const { parameters, operations } = hoisted(item);
  return {
    ...Object.fromEntries(
      operations.map((operation) => [operation.method, operationPart(operation, shared)]),
    ),
    ...(parameters.length > 0
      ? { parameters: parameters.map((parameter) => parameterRef(parameter, shared)) }
      : {}),
  };
}

const refPart = (name: string): Part => ({ $ref: `${swaggerV2.refPrefix}${name}` });

function operationPart(operation: Operation, shared: Map<string, Parameter>): Part {
  const { tag, description, id, body, bodyRequired, consumes, produces, answer, codes } = operation;
  const schema = answer === undefined ? { type: 'string' } : refPart(answer);
  const parameters = operation.parameters.map((parameter) => parameterRef(parameter, shared));
  if (body !== undefined) {
    parameters.unshift({
      name: 'body',
      in: 'body',
      schema: refPart(body),
      ...(bodyRequired ? { required: true } : {}),
    });
  }
  return {
    tags: [tag],
    description,
    operationId: id,
    ...(consumes.length > 0 ? { consumes } : {}),
    produces,
    schemes: ['https'],
    ...(parameters.length > 0 ? { parameters } : {}),
    responses: {
      ...Object.fromEntries(codes.map((code) => [code, { description: codeTexts[code], schema }])),
      401: { description: 'Unauthorized' },
    },
    ...(operation.action ? { 'x-kubernetes-action': operation.action } : {}),
    ...(operation.gvk ? { 'x-kubernetes-group-version-kind': gvkPart(operation.gvk) } : {}),
  };
}
