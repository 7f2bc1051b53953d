import { isPathSegmentName } from '../../apimachinery/names.ts';
import { fieldTerms, labelTerms, type SelectorTerm } from '../../authorization/selectors.ts';
import type { Attributes } from '../../authorization/types.ts';
import type { Request } from '../request.ts';
import type { RequestInfo } from '../request-info.ts';

/** Verbs on collections, which a request may narrow with selectors. */
const selecting: ReadonlySet<string> = new Set(['list', 'watch', 'deletecollection']);

/** What authorization and audit look at. */
export function attributesOf({ user }: Request, info: RequestInfo, verb = info.verb): Attributes {
  const { group, version, resource, subresource, namespace, name, path, isResource } = info;
  return {
    user,
    verb,
    group,
    version,
    resource,
    subresource,
    namespace,
    name,
    resourceRequest: isResource,
    path,
    ...(isResource && selecting.has(verb) && info.query.size > 0 ? selectorsOf(info, verb) : {}),
  };
}

type Narrowed = Pick<Attributes, 'fieldSelector' | 'labelSelector'> & { readonly name?: string };

function selectorsOf({ query, name }: RequestInfo, verb: string): Narrowed {
  const [fields, labels] = [query.get('fieldSelector') ?? '', query.get('labelSelector') ?? ''];
  // A selector can only narrow what is asked for: one that cannot be read asks for everything.
  const fieldSelector = fields === '' ? undefined : (fieldTerms(fields) ?? []);
  const only = name === '' && verb !== 'deletecollection' ? onlyName(fieldSelector ?? []) : undefined;
  return {
    ...(fieldSelector ? { fieldSelector } : {}),
    ...(labels === '' ? {} : { labelSelector: labelTerms(labels) ?? [] }),
    ...(only === undefined ? {} : { name: only }),
  };
}

/** A list or watch of one object by its name is authorized as one of that object (`RequestInfo.Name`). */
function onlyName(terms: readonly SelectorTerm[]): string | undefined {
  const name = terms.find(({ key, operator }) => key === 'metadata.name' && operator === 'In')?.values?.[0];
  return name && isPathSegmentName(name).length === 0 ? name : undefined;
}
