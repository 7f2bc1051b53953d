import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../../src/apimachinery/object.ts';
import { fillAlwaysPresent } from '../../src/scheme/codec/always-present.ts';
import { DecodeError } from '../../src/scheme/codec/decode-error.ts';
import { shapeObject } from '../../src/scheme/codec/shape.ts';
import { loadSchemas } from '../../src/scheme/schema-set.ts';

const schemas = loadSchemas();
const types = {
  pod: 'io.k8s.api.core.v1.Pod',
  deployment: 'io.k8s.api.apps.v1.Deployment',
  service: 'io.k8s.api.core.v1.Service',
  secret: 'io.k8s.api.core.v1.Secret',
  configMap: 'io.k8s.api.core.v1.ConfigMap',
  lease: 'io.k8s.api.coordination.v1.Lease',
  revision: 'io.k8s.api.apps.v1.ControllerRevision',
  crd: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition',
  podTemplate: 'io.k8s.api.core.v1.PodTemplate',
} as const;
type Kind = keyof typeof types;

const shape = (kind: Kind, value: Json) => shapeObject(schemas, types[kind], value);
/** As a JSON text, so that the order of keys and `__proto__` count, too. */
const shapedText = (kind: Kind, value: string) => {
  const { metadata, ...rest } = shape(kind, JSON.parse(value)).object;
  return JSON.stringify(Object.keys(metadata).length > 0 ? { metadata, ...rest } : rest);
};

const normalised: [Kind, string, string, string][] = [
  ['nulls are absent', 'pod', '{"spec":{"nodeName":null,"containers":null},"status":null}', '{"spec":{}}'],
  [
    'a null in a map of strings is empty',
    'pod',
    '{"metadata":{"labels":{"a":null}}}',
    '{"metadata":{"labels":{"a":""}}}',
  ],
  [
    'a null in a list is a zero value',
    'pod',
    '{"spec":{"containers":[null]}}',
    '{"spec":{"containers":[{}]}}',
  ],
  [
    'zero values vanish where Go leaves them out',
    'pod',
    '{"metadata":{"labels":{},"finalizers":[],"generation":0,"namespace":""},"spec":{"hostNetwork":false,"nodeName":""}}',
    '{"spec":{}}',
  ],
  [
    'zero values behind pointers stay',
    'deployment',
    '{"spec":{"replicas":0,"paused":false,"selector":{},"template":{"spec":{"enableServiceLinks":false,"securityContext":{"runAsUser":0}}}}}',
    '{"spec":{"replicas":0,"selector":{},"template":{"spec":{"enableServiceLinks":false,"securityContext":{"runAsUser":0}}}}}',
  ],
  [
    'zero values that are always printed stay',
    'pod',
    '{"spec":{"containers":[]}}',
    '{"spec":{"containers":[]}}',
  ],
  [
    'empty structs stay',
    'pod',
    '{"spec":{"volumes":[{"name":"a","emptyDir":{}}]}}',
    '{"spec":{"volumes":[{"name":"a","emptyDir":{}}]}}',
  ],
  [
    'quantities are canonical',
    'pod',
    '{"spec":{"overhead":{"a":"0.5","b":"1000m","c":"1024Ki","d":1,"e":"1e3","f":" 2 ","g":1.5,"h":null}}}',
    '{"spec":{"overhead":{"a":"500m","b":"1","c":"1Mi","d":"1","e":"1e3","f":"2","g":"1500m","h":"0"}}}',
  ],
  [
    'times are in UTC with whole seconds',
    'pod',
    '{"metadata":{"creationTimestamp":"2024-02-29T23:30:01.999+01:00","deletionTimestamp":"2024-01-01T00:00:00Z"}}',
    '{"metadata":{"creationTimestamp":"2024-02-29T22:30:01Z","deletionTimestamp":"2024-01-01T00:00:00Z"}}',
  ],
  [
    'micro times have six decimals',
    'lease',
    '{"spec":{"renewTime":"2024-01-01T01:00:00.123456789+01:00"}}',
    '{"spec":{"renewTime":"2024-01-01T00:00:00.123456Z"}}',
  ],
  [
    'base64 is canonical',
    'secret',
    '{"data":{"a":"aGk=","b":"aG\\nk=","c":"aGl=","d":""}}',
    '{"data":{"a":"aGk=","b":"aGk=","c":"aGk=","d":""}}',
  ],
  ['free form is kept', 'revision', '{"data":{"a":[null,0,{"b":""}]}}', '{"data":{"a":[null,0,{"b":""}]}}'],
  [
    'int or string',
    'service',
    '{"spec":{"ports":[{"port":1,"targetPort":"http"},{"port":2,"targetPort":80}]}}',
    '{"spec":{"ports":[{"port":1,"targetPort":"http"},{"port":2,"targetPort":80}]}}',
  ],
  [
    '__proto__ is a key of a map',
    'configMap',
    '{"data":{"__proto__":"x","constructor":"y"}}',
    '{"data":{"__proto__":"x","constructor":"y"}}',
  ],
  [
    'schemas inside schemas are shaped',
    'crd',
    '{"spec":{"versions":[{"name":"v1","schema":{"openAPIV3Schema":{"items":{"type":"string","title":""},"additionalProperties":true,"$ref":"x"}}}]}}',
    '{"spec":{"versions":[{"name":"v1","schema":{"openAPIV3Schema":{"items":{"type":"string"},"additionalProperties":true,"$ref":"x"}}}]}}',
  ],
].map(([name, kind, from, to]) => [kind as Kind, from!, to!, name!]);

for (const [kind, from, to, name] of normalised) {
  test(`normal form: ${name}`, () => assert.equal(shapedText(kind, from), to));
}

const goField = 'json: cannot unmarshal';
const refused: [Kind, string, string | RegExp][] = [
  [
    'deployment',
    '{"spec":{"replicas":"3"}}',
    `${goField} string into Go struct field DeploymentSpec.spec.replicas of type int32`,
  ],
  [
    'deployment',
    '{"spec":{"replicas":1.5}}',
    `${goField} number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32`,
  ],
  [
    'deployment',
    '{"spec":{"replicas":2147483648}}',
    `${goField} number 2147483648 into Go struct field DeploymentSpec.spec.replicas of type int32`,
  ],
  [
    'deployment',
    '{"spec":{"template":{"spec":{"containers":[{"env":[{"value":5}]}]}}}}',
    `${goField} number into Go struct field EnvVar.spec.template.spec.containers.env.value of type string`,
  ],
  [
    'pod',
    '{"metadata":{"labels":{"a":5}}}',
    `${goField} number into Go struct field ObjectMeta.metadata.labels of type string`,
  ],
  [
    'pod',
    '{"metadata":{"labels":["a"]}}',
    `${goField} array into Go struct field ObjectMeta.metadata.labels of type map[string]string`,
  ],
  ['pod', '{"spec":"x"}', `${goField} string into Go struct field Pod.spec of type v1.PodSpec`],
  [
    'pod',
    '{"spec":{"restartPolicy":1}}',
    `${goField} number into Go struct field PodSpec.spec.restartPolicy of type v1.RestartPolicy`,
  ],
  [
    'pod',
    '{"metadata":{"uid":1}}',
    `${goField} number into Go struct field ObjectMeta.metadata.uid of type types.UID`,
  ],
  [
    'pod',
    '{"spec":{"volumes":[{"emptyDir":{"medium":1}}]}}',
    `${goField} number into Go struct field EmptyDirVolumeSource.spec.volumes.VolumeSource.emptyDir.medium of type v1.StorageMedium`,
  ],
  [
    'pod',
    '{"spec":{"containers":[{"securityContext":{"capabilities":{"add":[1]}}}]}}',
    `${goField} number into Go struct field Capabilities.spec.containers.securityContext.capabilities.add of type v1.Capability`,
  ],
  [
    'pod',
    '{"spec":{"containers":[{"securityContext":{"capabilities":{"add":1}}}]}}',
    `${goField} number into Go struct field Capabilities.spec.containers.securityContext.capabilities.add of type []v1.Capability`,
  ],
  [
    'pod',
    '{"spec":{"containers":{}}}',
    `${goField} object into Go struct field PodSpec.spec.containers of type []v1.Container`,
  ],
  [
    'pod',
    '{"spec":{"containers":["x"]}}',
    `${goField} string into Go struct field PodSpec.spec.containers of type v1.Container`,
  ],
  [
    'pod',
    '{"spec":{"hostNetwork":"true"}}',
    `${goField} string into Go struct field PodSpec.spec.hostNetwork of type bool`,
  ],
  [
    'pod',
    '{"spec":{"activeDeadlineSeconds":9223372036854775808}}',
    `${goField} number 9223372036854775808 into Go struct field PodSpec.spec.activeDeadlineSeconds of type int64`,
  ],
  ['pod', '{"spec":{"activeDeadlineSeconds":9007199254740992}}', /^integer 9007199254740992 is out of range/],
  ['pod', '[]', `${goField} array into Go value of type v1.Pod`],
  ['pod', 'null', /into Go value of type v1.Pod$/],
  ['pod', '{"spec":{"overhead":{"cpu":"one"}}}', /^quantities must match the regular expression/],
  ['pod', '{"spec":{"overhead":{"cpu":"1x"}}}', /quantit/],
  [
    'pod',
    '{"metadata":{"creationTimestamp":"yesterday"}}',
    'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"',
  ],
  [
    'pod',
    '{"metadata":{"creationTimestamp":"2024-01-01"}}',
    'parsing time "2024-01-01" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"',
  ],
  [
    'pod',
    '{"metadata":{"creationTimestamp":"2023-02-29T00:00:00Z"}}',
    'parsing time "2023-02-29T00:00:00Z": day out of range',
  ],
  [
    'pod',
    '{"metadata":{"creationTimestamp":1}}',
    `${goField} number into Go struct field ObjectMeta.metadata.creationTimestamp of type string`,
  ],
  [
    'lease',
    '{"spec":{"renewTime":"2024-01-01T00:00:00Z"}}',
    'parsing time "2024-01-01T00:00:00Z" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000"',
  ],
  ['secret', '{"data":{"a":"%"}}', 'illegal base64 data at input byte 0'],
  ['secret', '{"data":{"a":"aGk"}}', 'illegal base64 data at input byte 0'],
  ['secret', '{"data":{"a":"aGVsbG8=x"}}', 'illegal base64 data at input byte 8'],
  ['secret', '{"data":{"a":"a==="}}', 'illegal base64 data at input byte 1'],
  [
    'service',
    '{"spec":{"ports":[{"targetPort":true}]}}',
    `${goField} bool into Go struct field ServicePort.spec.ports.targetPort of type int32`,
  ],
];

for (const [kind, value, message] of refused) {
  test(`refused: ${kind} ${value}`, () => {
    assert.throws(
      () => shape(kind, JSON.parse(value)),
      (error) => {
        assert.ok(error instanceof DecodeError, String(error));
        if (typeof message === 'string') assert.equal(error.message, message);
        else assert.match(error.message, message);
        return true;
      },
    );
  });
}

test('unknown fields are left out and named by their path', () => {
  const value = JSON.parse(
    '{"Spec":{},"__proto__":{},"spec":{"foo":1,"containers":[{"name":"a"},{"foo":{},"ports":[{"Name":1}]}]},"constructor":1,"metadata":{"labels":{"foo":"1"},"foo":1}}',
  );
  const { object, unknown } = shape('pod', value);
  assert.deepEqual(unknown, [
    'unknown field "Spec"',
    'unknown field "__proto__"',
    'unknown field "spec.foo"',
    'unknown field "spec.containers[1].foo"',
    'unknown field "spec.containers[1].ports[0].Name"',
    'unknown field "constructor"',
    'unknown field "metadata.foo"',
  ]);
  assert.deepEqual(object, {
    spec: { containers: [{ name: 'a' }, { ports: [{}] }] },
    metadata: { labels: { foo: '1' } },
  });
});

test('the number of findings is limited', () => {
  const value = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`x${i}`, 1]));
  assert.equal(shape('pod', value).unknown.length, 100);
});

test('the input is left alone', () => {
  const value = {
    spec: { containers: [{ name: 'a', resources: { limits: { cpu: '0.5' } } }], nodeName: null },
  };
  const before = structuredClone(value);
  shape('pod', value);
  assert.deepEqual(value, before);
});

const filled: [Kind, Json, Json][] = [
  [
    'pod',
    { spec: { containers: [{}] } },
    { metadata: {}, spec: { containers: [{ name: '', resources: {} }] }, status: {} },
  ],
  [
    'service',
    { spec: { ports: [{ port: 80 }] } },
    { metadata: {}, spec: { ports: [{ port: 80, targetPort: 0 }] }, status: { loadBalancer: {} } },
  ],
  [
    'deployment',
    {},
    { metadata: {}, spec: { strategy: {}, template: { metadata: {}, spec: {} } }, status: {} },
  ],
  ['configMap', {}, { metadata: {} }],
];

for (const [kind, value, expected] of filled) {
  test(`fields that are always printed: ${kind} ${JSON.stringify(value)}`, () => {
    const { object } = shape(kind, value);
    fillAlwaysPresent(schemas, types[kind], object);
    assert.deepEqual(object, expected);
  });
}

test('a resource field selector prints its divisor', () => {
  const { object } = shape('pod', {
    spec: {
      containers: [
        { name: 'a', env: [{ name: 'e', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } }] },
      ],
    },
  });
  fillAlwaysPresent(schemas, types.pod, object);
  assert.match(JSON.stringify(object), /"resourceFieldRef":\{"resource":"limits.cpu","divisor":"0"\}/);
});
