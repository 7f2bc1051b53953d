import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { definition as clusterRoleBindings } from '../../src/resources/rbac/clusterrolebindings/definition.ts';
import { definition as clusterRoles } from '../../src/resources/rbac/clusterroles/definition.ts';
import { definition as roleBindings } from '../../src/resources/rbac/rolebindings/definition.ts';
import { definition as roles } from '../../src/resources/rbac/roles/definition.ts';
import { cells, columns, defaulted, manifest, problems, updateProblems } from './helper.ts';

const group = 'rbac.authorization.k8s.io';
const roleRef = { apiGroup: group, kind: 'ClusterRole', name: 'view' };

test('bindings get their API groups', () => {
  const binding = defaulted(
    roleBindings,
    manifest(roleBindings, {
      roleRef: { kind: 'Role', name: 'r' },
      subjects: [
        { kind: 'User', name: 'u' },
        { kind: 'Group', name: 'g' },
        { kind: 'ServiceAccount', name: 's' },
      ],
    }),
  );
  assert.deepEqual(binding['roleRef'], { apiGroup: group, kind: 'Role', name: 'r' });
  assert.deepEqual(binding['subjects'], [
    { apiGroup: group, kind: 'User', name: 'u' },
    { apiGroup: group, kind: 'Group', name: 'g' },
    { kind: 'ServiceAccount', name: 's' },
  ]);
});

describe('roles', () => {
  const table: [typeof roles, Record<string, unknown>, string[]][] = [
    [roles, { rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }] }, []],
    [roles, {}, []],
    [
      roles,
      { rules: [{}] },
      [
        'rules[0].verbs: Required value: verbs must contain at least one value',
        'rules[0].apiGroups: Required value: resource rules must supply at least one api group',
        'rules[0].resources: Required value: resource rules must supply at least one resource',
      ],
    ],
    [
      roles,
      { rules: [{ verbs: ['get'], nonResourceURLs: ['/x'] }] },
      ['rules[0].nonResourceURLs: Invalid value: ["/x"]: namespaced rules cannot apply to non-resource URLs'],
    ],
    [clusterRoles, { rules: [{ verbs: ['get'], nonResourceURLs: ['/x'] }] }, []],
    [
      clusterRoles,
      { rules: [{ verbs: ['get'], nonResourceURLs: ['/x'], resources: ['pods'] }] },
      [
        'rules[0].nonResourceURLs: Invalid value: ["/x"]: rules cannot apply to both regular resources and non-resource URLs',
      ],
    ],
    [
      clusterRoles,
      { aggregationRule: {} },
      [
        'aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil',
      ],
    ],
    [
      clusterRoles,
      { aggregationRule: { clusterRoleSelectors: [{ matchExpressions: [{ key: 'a', operator: 'x' }] }] } },
      [
        'aggregationRule.clusterRoleSelectors[0].matchExpressions[0].operator: Invalid value: "x": not a valid selector operator',
        'aggregationRule.clusterRoleSelectors[0]: Invalid value: null: invalid label selector.',
      ],
    ],
  ];
  for (const [definition, fields, expected] of table) {
    test(`${definition.kind} ${JSON.stringify(fields)}`, () => {
      assert.deepEqual(problems(definition, manifest(definition, fields)), expected);
    });
  }

  test('names may be any path segment', () => {
    assert.deepEqual(problems(roles, manifest(roles, {}, { name: 'system:a' })), []);
    assert.deepEqual(problems(roles, manifest(roles, {}, { name: 'a/b' })), [
      "metadata.name: may not contain '/'",
    ]);
  });
});

describe('bindings', () => {
  const table: [typeof roleBindings, Record<string, unknown>, string[]][] = [
    [roleBindings, { roleRef, subjects: [{ kind: 'ServiceAccount', name: 'a' }] }, []],
    [
      clusterRoleBindings,
      { roleRef, subjects: [{ kind: 'ServiceAccount', name: 'a' }] },
      ['subjects[0].namespace: Required value'],
    ],
    [
      clusterRoleBindings,
      { roleRef: { kind: 'Role', name: 'a' } },
      ['roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"'],
    ],
    [
      roleBindings,
      { roleRef: { kind: 'Role', name: '', apiGroup: 'x' } },
      [
        'roleRef.apiGroup: Unsupported value: "x": supported values: "rbac.authorization.k8s.io"',
        'roleRef.name: Required value',
      ],
    ],
    [
      roleBindings,
      { roleRef, subjects: [{ kind: 'Robot', name: 'a' }, { kind: 'User' }] },
      [
        'subjects[0].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"',
        'subjects[1].name: Required value',
      ],
    ],
    [
      roleBindings,
      { roleRef, subjects: [{ kind: 'ServiceAccount', name: 'a', apiGroup: 'x' }] },
      ['subjects[0].apiGroup: Unsupported value: "x": supported values: ""'],
    ],
  ];
  for (const [definition, fields, expected] of table) {
    test(`${definition.kind} ${JSON.stringify(fields)}`, () => {
      assert.deepEqual(problems(definition, manifest(definition, fields)), expected);
    });
  }

  test('the role of a binding stays', () => {
    const old = manifest(roleBindings, { roleRef });
    const next = manifest(roleBindings, { roleRef: { ...roleRef, name: 'edit' } });
    assert.deepEqual(updateProblems(roleBindings, next, old), [
      'roleRef: Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"ClusterRole","Name":"edit"}: cannot change roleRef',
    ]);
  });

  test('table', () => {
    assert.deepEqual(columns(roleBindings), [
      'Name',
      'Role',
      'Age',
      '[Users]',
      '[Groups]',
      '[ServiceAccounts]',
    ]);
    const subjects = [
      { kind: 'User', name: 'u' },
      { kind: 'User', name: 'v' },
      { kind: 'Group', name: 'g' },
      { kind: 'ServiceAccount', name: 's', namespace: 'n' },
    ];
    assert.deepEqual(cells(roleBindings, manifest(roleBindings, { roleRef, subjects })), [
      'x',
      'ClusterRole/view',
      '<unknown>',
      'u, v',
      'g',
      'n/s',
    ]);
  });
});
