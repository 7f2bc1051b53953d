import assert from 'node:assert/strict';
import { isRecord } from '../../../src/apimachinery/object.ts';
import { type Answer, objectOf, type Sent } from '../h1.ts';
import { allowed, type Case, configMaps, post, refused, withType, yaml } from './case.ts';

/** What every object inherits in JavaScript, and nobody may take for a field. */
const names = ['__proto__', 'constructor', 'toString'];

const dry = `${configMaps}?dryRun=All`;
const strict = `${dry}&fieldValidation=Strict`;
const pods = '/api/v1/namespaces/default/pods';
const bird = '/api/v1/namespaces/canary/configmaps/bird';

/** The JSON of an object with one field, whatever it is called. */
const field = (name: string, value: string) => `{${JSON.stringify(name)}:${value}}`;

function own(answer: Answer, ...path: string[]): unknown {
  let value: unknown = objectOf(answer);
  for (const name of path) {
    assert.ok(isRecord(value) && Object.hasOwn(value, name), `no ${path.join('.')} in ${answer.body}`);
    value = Object.getOwnPropertyDescriptor(value, name)?.value;
  }
  return value;
}

/** The key of a label does not begin with an underscore. */
function labelled(
  name: string,
  key: string,
  sent: Sent,
  code: number,
  check?: (answer: Answer) => void,
): Case {
  return key.startsWith('_') ? refused(name, sent, [400, 422]) : allowed(name, sent, code, check);
}

const map = (name: string): readonly Case[] => [
  labelled(
    `a label called ${name}`,
    name,
    post(`{"metadata":{"name":"k","labels":${field(name, '"v"')}}}`, dry),
    201,
    (answer) => {
      assert.equal(own(answer, 'metadata', 'labels', name), 'v');
    },
  ),
  labelled(
    `an annotation called ${name}`,
    name,
    post(`{"metadata":{"name":"k","annotations":${field(name, '"v"')}}}`, dry),
    201,
    (answer) => {
      assert.equal(own(answer, 'metadata', 'annotations', name), 'v');
    },
  ),
  allowed(
    `ConfigMap data under ${name}, stored and read again`,
    post(`{"metadata":{"generateName":"k-"},"data":${field(name, '"v"')}}`),
    201,
    async (answer, server) => {
      assert.equal(own(answer, 'data', name), 'v');
      const path = `${configMaps}/${own(answer, 'metadata', 'name')}`;
      assert.equal(own(await server.send({ path }), 'data', name), 'v');
      const listed = own(await server.send({ path: configMaps }), 'items');
      assert.ok(
        Array.isArray(listed) && listed.some((item) => JSON.stringify(item).includes(`"${name}":"v"`)),
      );
      const merged = await server.send(
        withType(
          { method: 'PATCH', path, body: `{"data":${field(name, '"w"')}}` },
          'application/merge-patch+json',
        ),
      );
      assert.equal(own(merged, 'data', name), 'w');
      const strategic = await server.send(
        withType(
          { method: 'PATCH', path, body: `{"data":${field(name, '"x"')}}` },
          'application/strategic-merge-patch+json',
        ),
      );
      assert.equal(own(strategic, 'data', name), 'x');
      const patched = await server.send(
        withType(
          { method: 'PATCH', path, body: `[{"op":"replace","path":"/data/${name}","value":"y"}]` },
          'application/json-patch+json',
        ),
      );
      assert.equal(own(patched, 'data', name), 'y');
      const removed = await server.send(
        withType(
          { method: 'PATCH', path, body: `{"data":${field(name, 'null')}}` },
          'application/merge-patch+json',
        ),
      );
      assert.ok(!JSON.stringify(objectOf(removed)?.['data'] ?? {}).includes(name));
      assert.equal((await server.send({ method: 'DELETE', path })).status, 200);
    },
  ),
  allowed(
    `the same in YAML under ${name}`,
    yaml(`metadata: {name: k}\ndata: {"${name}": v}\n`, dry),
    201,
    (answer) => {
      assert.equal(own(answer, 'data', name), 'v');
    },
  ),
  allowed(
    `a YAML merge of a map with ${name}`,
    yaml(`metadata: {name: k}\ndata: {<<: {"${name}": v}}\n`, dry),
    201,
    (answer) => {
      assert.equal(own(answer, 'data', name), 'v');
    },
  ),
  refused(
    `the field ${name} of an object under Strict`,
    post(`{"metadata":{"name":"k"},${field(name, '{"data":{"a":"b"}}').slice(1)}`, strict),
    400,
    /unknown field/,
  ),
  refused(
    `the field ${name} of metadata under Strict`,
    post(`{"metadata":{"name":"k",${field(name, '{}').slice(1)}}`, strict),
    400,
    /unknown field/,
  ),
  allowed(
    `the field ${name} of a struct is dropped`,
    post(
      `{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i",${field(name, '{"privileged":true}').slice(1)}],${field(name, '{"hostNetwork":true}').slice(1)}}`,
      `${pods}?dryRun=All`,
    ),
    201,
    (answer) => {
      assert.doesNotMatch(answer.body.toString(), /privileged|hostNetwork/);
    },
  ),
  refused(
    `${name} twice under Strict`,
    post(
      `{"metadata":{"name":"k"},"data":{${[1, 2].map(() => `${JSON.stringify(name)}:"v"`).join()}}}`,
      strict,
    ),
    400,
    /duplicate field/,
  ),
  labelled(
    `a nodeSelector on ${name}`,
    name,
    post(
      `{"metadata":{"name":"p"},"spec":{"nodeSelector":${field(name, '"v"')},"containers":[{"name":"c","image":"i"}]}}`,
      `${pods}?dryRun=All`,
    ),
    201,
  ),
  refused(
    `limits on ${name}`,
    post(
      `{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i","resources":{"limits":${field(name, '"1"')}}}]}}`,
      `${pods}?dryRun=All`,
    ),
    422,
  ),
  labelled(
    `a label selector on ${name}`,
    name,
    { path: `${configMaps}?labelSelector=${name}` },
    200,
    (answer) => {
      assert.deepEqual(own(answer, 'items'), []);
    },
  ),
  labelled(
    `a label selector against ${name}`,
    name,
    { path: `/api/v1/namespaces/canary/configmaps?labelSelector=!${name},canary` },
    200,
    (answer) => {
      assert.equal((own(answer, 'items') as unknown[]).length, 1);
    },
  ),
  refused(`a field selector on ${name}`, { path: `${configMaps}?fieldSelector=${name}%3Dx` }, 400),
  refused(`the pods' field selector on ${name}`, { path: `${pods}?fieldSelector=${name}%3Dx` }, 400),
  allowed(`query parameters called ${name}`, { path: `${configMaps}?${name}=1&${name}[x]=2` }, 200),
  refused(`a resource called ${name}`, { path: `/api/v1/${name}` }, 404),
  refused(`a namespaced resource called ${name}`, { path: `/api/v1/namespaces/default/${name}/x` }, 404),
  refused(`a group called ${name}`, { path: `/apis/${name}/v1/pods` }, 404),
  refused(`a version called ${name}`, { path: `/api/${name}/pods` }, 404),
  refused(`a subresource called ${name}`, { path: `${pods}/p/${name}` }, 404),
  refused(`discovery of the group ${name}`, { path: `/apis/${name}` }, 404),
  refused(`the object ${name}`, { path: `${configMaps}/${name}` }, 404),
  refused(`the namespace ${name}`, { path: `/api/v1/namespaces/${name}` }, 404),
  refused(`a path called ${name}`, { path: `/${name}` }, 404),
  allowed(
    `a header called ${name}`,
    {
      path: configMaps,
      headers: [
        [name, 'x'],
        [`impersonate-extra${name}`, 'x'],
      ],
    },
    200,
  ),
  refused(`a dryRun of ${name}`, post('{"metadata":{"name":"k"}}', `${configMaps}?dryRun=${name}`), 422),
  refused(
    `a fieldValidation of ${name}`,
    post('{"metadata":{"name":"k"}}', `${dry}&fieldValidation=${name}`),
    422,
  ),
  refused(
    `a propagationPolicy of ${name}`,
    { method: 'DELETE', path: `${bird}?propagationPolicy=${name}` },
    422,
  ),
  refused(`a patch of type ${name}`, withType({ method: 'PATCH', path: bird, body: '{}' }, name), 415),
  refused(
    `a body of kind ${name}`,
    post(`{"kind":"${name}","apiVersion":"v1","metadata":{"name":"k"}}`, dry),
    400,
  ),
  refused(
    `a body of apiVersion ${name}`,
    post(`{"kind":"ConfigMap","apiVersion":"${name}","metadata":{"name":"k"}}`, dry),
    400,
  ),
  refused(
    `JSON patch through /${name}`,
    withType(
      { method: 'PATCH', path: bird, body: `[{"op":"add","path":"/${name}/polluted","value":1}]` },
      'application/json-patch+json',
    ),
    422,
  ),
  refused(
    `JSON patch with the operation ${name}`,
    withType(
      { method: 'PATCH', path: bird, body: `[{"op":"${name}","path":"/data"}]` },
      'application/json-patch+json',
    ),
    422,
  ),
  refused(
    `a test of /${name}`,
    withType(
      { method: 'PATCH', path: bird, body: `[{"op":"test","path":"/data/${name}","value":{}}]` },
      'application/json-patch+json',
    ),
    422,
  ),
];

export const keys: readonly Case[] = [
  ...names.flatMap(map),
  {
    name: 'nothing has grown on the prototypes of the server',
    async run(server) {
      const answer = await server.send(post('{"metadata":{"name":"k"}}', dry));
      assert.doesNotMatch(answer.body.toString(), /polluted|privileged|hostNetwork/);
    },
  },
];
