import { FieldPath } from '../../apimachinery/field-error.ts';
import { isDNS1123Subdomain } from '../../apimachinery/names.ts';
import { isDomainPrefixedPath } from '../../apimachinery/qualified-names.ts';
import { errorListText } from '../../apimachinery/status.ts';
import type { UserInfo } from '../../apimachinery/user.ts';
import type { Attributes } from '../../authorization/types.ts';
import { type Impersonation, impersonatedUser, serviceAccountOf } from './impersonation.ts';

/** Something that the sender must be allowed to do, or, with `refusal`, something that nobody may. */
export interface Check extends Attributes {
  readonly refusal?: string;
}

/**
 * A way of being somebody else. Each has rights of its own: a constrained one (KEP-5284) needs `impersonate:<mode>` for the
 * identity and `impersonate-on:<mode>:<verb>` for what is then done, and so is worth nothing beyond that.
 */
export interface ImpersonationMode {
  /** What audit calls it; undefined for the unconstrained one. */
  readonly constraint?: string;
  /** Who the sender becomes, or undefined when this is no way of becoming it. */
  user(wanted: Impersonation, sender: UserInfo): UserInfo | undefined;
  /** In the order in which they are made; the first one that is not allowed decides. */
  checks(wanted: Impersonation, request: Attributes): readonly Check[];
}

type Subject = Partial<Pick<Check, 'group' | 'resource' | 'subresource' | 'namespace' | 'name' | 'refusal'>>;

const authenticationGroup = 'authentication.k8s.io';
const nodePrefix = 'system:node:';
const nodeNameKey = 'authentication.kubernetes.io/node-name';
const mastersGroup = 'system:masters';

const check = (user: UserInfo, verb: string, subject: Subject): Check => ({
  user,
  verb,
  group: '',
  version: 'v1',
  resource: '',
  subresource: '',
  namespace: '',
  name: '',
  resourceRequest: true,
  path: '',
  ...subject,
});

function constrained(
  mode: string,
  user: ImpersonationMode['user'],
  subjects: (wanted: Impersonation) => readonly Subject[],
): ImpersonationMode {
  const constraint = `impersonate:${mode}`;
  return {
    constraint,
    user,
    checks: (wanted, request) => [
      { ...request, verb: `impersonate-on:${mode}:${request.verb}` },
      ...subjects(wanted).map((subject) =>
        check(request.user, constraint, { group: authenticationGroup, ...subject }),
      ),
    ],
  };
}

const isNameOnly = ({ uid, groups, extra }: Impersonation): boolean =>
  uid === '' && groups.length === 0 && Object.keys(extra).length === 0;

function nodeOf(user: string): string | undefined {
  const node = user.startsWith(nodePrefix) ? user.slice(nodePrefix.length) : '';
  return node !== '' && isDNS1123Subdomain(node).length === 0 ? node : undefined;
}

const nodeUser = (wanted: Impersonation): UserInfo | undefined =>
  isNameOnly(wanted) && nodeOf(wanted.name) !== undefined
    ? impersonatedUser({ ...wanted, groups: ['system:nodes'] })
    : undefined;

/** The node that the pod of a service account is on, as its token says. */
function ownNodeOf({ name, extra }: UserInfo): string | undefined {
  const nodes = extra?.[nodeNameKey] ?? [];
  return serviceAccountOf(name) && nodes.length === 1 ? nodes[0] : undefined;
}

function userInfoSubjects({ name, uid, groups, extra }: Impersonation): Subject[] {
  return [
    { resource: 'users', name },
    ...(uid === '' ? [] : [{ resource: 'uids', name: uid }]),
    ...groups.map((group) => ({ resource: 'groups', name: group, ...refused(groupRefusal(group)) })),
    ...Object.keys(extra)
      .sort()
      .flatMap((key) => extraSubjects(key, extra[key]!)),
  ];
}

const refused = (refusal: string | undefined): Subject => (refusal === undefined ? {} : { refusal });

function groupRefusal(group: string): string | undefined {
  if (group === '') return 'impersonating the empty string group is not allowed';
  if (group === mastersGroup) return `impersonating the ${mastersGroup} group is not allowed`;
  return undefined;
}

function extraSubjects(key: string, values: readonly string[]): Subject[] {
  const resource = 'userextras';
  const refusal = keyRefusal(key);
  if (refusal !== undefined) return [{ resource, refusal }];
  return values.map((value) =>
    value === ''
      ? { resource, refusal: 'impersonating the empty string value in extra is not allowed' }
      : { resource, subresource: key, name: value },
  );
}

function keyRefusal(key: string): string | undefined {
  if (key === '') return 'impersonating the empty string key in extra is not allowed';
  const errors = isDomainPrefixedPath(FieldPath.of('extra', 'key'), key);
  return errors.length === 0
    ? undefined
    : `impersonating an invalid key in extra is not allowed: ${errorListText(errors)}`;
}

/** The one of old: whoever has the right to `impersonate` somebody may do all that the other may. */
const unconstrained: ImpersonationMode = {
  user: impersonatedUser,
  checks(wanted, { user }) {
    const { name, uid, groups, extra } = wanted;
    const account = serviceAccountOf(name);
    const subjects: Subject[] = [
      account ? { resource: 'serviceaccounts', ...account } : { resource: 'users', name },
      ...groups.map((group) => ({ resource: 'groups', name: group })),
      ...(uid === '' ? [] : [{ group: authenticationGroup, resource: 'uids', name: uid }]),
      ...Object.keys(extra).flatMap((key) =>
        extra[key]!.map((value) => ({
          group: authenticationGroup,
          resource: 'userextras',
          subresource: key,
          name: value,
        })),
      ),
    ];
    return subjects.map((subject) => check(user, 'impersonate', subject));
  },
};

/** In the order in which they are tried. */
export const impersonationModes: readonly ImpersonationMode[] = [
  constrained(
    'associated-node',
    (wanted, sender) => {
      const node = nodeOf(wanted.name);
      return node !== undefined && ownNodeOf(sender) === node ? nodeUser(wanted) : undefined;
    },
    () => [{ resource: 'nodes', name: '*' }],
  ),
  constrained('arbitrary-node', nodeUser, ({ name }) => [{ resource: 'nodes', name: nodeOf(name)! }]),
  constrained(
    'serviceaccount',
    (wanted) => (isNameOnly(wanted) && serviceAccountOf(wanted.name) ? impersonatedUser(wanted) : undefined),
    ({ name }) => [{ resource: 'serviceaccounts', ...serviceAccountOf(name)! }],
  ),
  constrained(
    'user-info',
    (wanted) =>
      nodeOf(wanted.name) === undefined && !serviceAccountOf(wanted.name)
        ? impersonatedUser(wanted)
        : undefined,
    userInfoSubjects,
  ),
  unconstrained,
];
