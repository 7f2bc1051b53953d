import { alsoIn, counted, type KindCase } from './kind-case.ts';

const rules = [
  { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] },
];
const webhook = {
  name: 'check.example.com',
  clientConfig: { service: { namespace: 'default', name: 'hook' } },
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  rules,
};
const webhookDefaults = {
  failurePolicy: 'Fail',
  matchPolicy: 'Equivalent',
  namespaceSelector: {},
  objectSelector: {},
  timeoutSeconds: 10,
  clientConfig: { service: { port: 443 } },
  rules: [{ scope: '*' }],
};
const webhookColumns = 'Name#|Webhooks:integer|Age';

export const webhooks: readonly KindCase[] = [
  {
    of: 'admissionregistration.k8s.io/v1/mutatingwebhookconfigurations',
    manifest: { webhooks: [webhook] },
    shows: { webhooks: [{ ...webhookDefaults, reinvocationPolicy: 'Never' }] },
    change: { webhooks: [{ ...webhook, timeoutSeconds: 5 }] },
    generation: counted,
    spoil: { webhooks: [{ ...webhook, sideEffects: 'Some' }] },
    refusal: 'webhooks[0].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"',
    columns: webhookColumns,
    cells: ['sample', 1, '0s'],
  },
  {
    of: 'admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
    manifest: { webhooks: [webhook] },
    shows: { webhooks: [{ ...webhookDefaults, reinvocationPolicy: undefined }] },
    change: { webhooks: [{ ...webhook, timeoutSeconds: 5 }] },
    generation: counted,
    spoil: { webhooks: [{ ...webhook, name: 'check', timeoutSeconds: 31 }] },
    refusal:
      '[webhooks[0].name: Invalid value: "check": should be a domain with at least three segments separated by dots, webhooks[0].timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds]',
    columns: webhookColumns,
    cells: ['sample', 1, '0s'],
  },
];

const matchConstraints = { resourceRules: rules };
const matchDefaults = {
  matchPolicy: 'Equivalent',
  namespaceSelector: {},
  objectSelector: {},
  resourceRules: [{ scope: '*' }],
};
const bindingColumns = 'Name#|PolicyName|ParamRef|Age';

const mutatingPolicy: KindCase = {
  of: 'admissionregistration.k8s.io/v1/mutatingadmissionpolicies',
  manifest: {
    spec: {
      matchConstraints,
      mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{}' } }],
      reinvocationPolicy: 'Never',
    },
  },
  shows: { spec: { failurePolicy: 'Fail', matchConstraints: matchDefaults } },
  change: { spec: { failurePolicy: 'Ignore' } },
  generation: counted,
  spoil: { spec: { mutations: [] } },
  refusal: 'spec.mutations: Required value: mutations must contain at least one item',
  columns: 'Name#|Mutations:integer|ParamKind|Age',
  cells: ['sample', 1, '<unset>', '0s'],
};

const mutatingBinding: KindCase = {
  of: 'admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings',
  manifest: { spec: { policyName: 'sample', matchResources: matchConstraints } },
  shows: { spec: { matchResources: matchDefaults } },
  change: { spec: { policyName: 'other' } },
  generation: counted,
  spoil: { spec: { policyName: '' } },
  refusal: 'spec.policyName: Required value',
  columns: bindingColumns,
  cells: ['sample', 'sample', '<unset>', '0s'],
};

const otherVersions = ['admissionregistration.k8s.io/v1beta1', 'admissionregistration.k8s.io/v1alpha1'];

export const policies: readonly KindCase[] = [
  {
    of: 'admissionregistration.k8s.io/v1/validatingadmissionpolicies',
    manifest: { spec: { matchConstraints, validations: [{ expression: 'object.spec.replicas < 5' }] } },
    shows: { spec: { failurePolicy: 'Fail', matchConstraints: matchDefaults }, status: {} },
    change: { spec: { failurePolicy: 'Ignore' } },
    generation: counted,
    status: { observedGeneration: 1 },
    spoil: { spec: { validations: [], paramKind: { kind: 'Limit' } } },
    refusal:
      '[spec.paramKind.apiVersion: Required value, spec.validations: Required value: validations or auditAnnotations must contain at least one item, spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item]',
    columns: 'Name#|Validations:integer|ParamKind|Age',
    cells: ['sample', 1, '<unset>', '0s'],
  },
  {
    of: 'admissionregistration.k8s.io/v1/validatingadmissionpolicybindings',
    manifest: {
      spec: {
        policyName: 'sample',
        validationActions: ['Deny'],
        paramRef: { name: 'limits', parameterNotFoundAction: 'Deny' },
      },
    },
    change: { spec: { validationActions: ['Warn', 'Audit'] } },
    generation: counted,
    spoil: { spec: { validationActions: ['Deny', 'Warn'], paramRef: { name: '' } } },
    refusal:
      '[spec.paramRef: Required value: one of name or selector must be specified, spec.validationActions: Invalid value: ["Deny","Warn"]: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)]',
    columns: bindingColumns,
    cells: ['sample', 'sample', '*/limits', '0s'],
  },
  mutatingPolicy,
  mutatingBinding,
  ...alsoIn(mutatingPolicy, otherVersions),
  ...alsoIn(mutatingBinding, otherVersions),
];
