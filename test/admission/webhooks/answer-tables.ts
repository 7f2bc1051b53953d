import type { Loose } from '../../helpers/api.ts';
import { type Behaviour, deny, respond, say } from './kit.ts';

interface Refusal {
  readonly says?: object;
  readonly code: number;
  readonly reason?: string;
  readonly message: string;
  readonly details?: object;
}

const causes = [
  { reason: 'FieldValueInvalid', message: 'no good', field: 'data.k' },
  { message: 'only text' },
];
const unexplained = ' without explanation';

export const refusals: Readonly<Record<string, Refusal>> = {
  'without a status': { code: 400, message: unexplained },
  'with an empty status': { says: {}, code: 400, message: unexplained },
  'with an empty message': { says: { message: '' }, code: 400, message: unexplained },
  'with a message': { says: { message: 'because' }, code: 400, message: ': because' },
  'with a reason only': {
    says: { reason: 'NotFound' },
    code: 400,
    reason: 'NotFound',
    message: ': NotFound',
  },
  'with a code only': { says: { code: 418 }, code: 418, message: unexplained },
  'with code, reason and message': {
    says: { code: 409, reason: 'Conflict', message: 'clash' },
    ...{ code: 409, reason: 'Conflict', message: ': clash' },
  },
  'with a reason of its own': {
    says: { code: 403, reason: 'MyReason', message: 'mine' },
    ...{ code: 403, reason: 'MyReason', message: ': mine' },
  },
  'with a code of success': { says: { code: 200, message: 'fine' }, code: 400, message: ': fine' },
  'that calls itself a success': {
    says: { code: 201, status: 'Success', message: 'fine' },
    ...{ code: 400, message: ': fine' },
  },
  'with a redirect': { says: { code: 302, message: 'moved' }, code: 400, message: ': moved' },
  'with a negative code': { says: { code: -5, message: 'neg' }, code: 400, message: ': neg' },
  'with a code of the server': { says: { code: 503, message: 'later' }, code: 503, message: ': later' },
  'with details': {
    says: { code: 422, reason: 'Invalid', message: 'bad', details: { name: 'n', kind: 'k', causes } },
    ...{ code: 422, reason: 'Invalid', message: ': bad', details: { name: 'n', kind: 'k', causes } },
  },
  'with text of many lines': {
    says: { message: 'line one\nline two\n\tgrößer 日本 <b>&' },
    ...{ code: 400, message: ': line one\nline two\n\tgrößer 日本 <b>&' },
  },
  'with another kind': { says: { kind: 'Other', message: 'typed' }, code: 400, message: ': typed' },
};

/** An AdmissionReview that is wrong where it says so. */
const envelope =
  (over: object): Behaviour =>
  ({ request: { uid } }) => ({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: { uid, allowed: true },
    ...over,
  });

export const call = 'failed to call webhook: ';
export const invalid = 'received invalid webhook response: ';
const noType = `${call}couldn't get version/kind; json parse error: `;
const goType =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
const unmarshal = (what: string) => `${noType}json: cannot unmarshal ${what} into Go value of type ${goType}`;
const unknownKind = (kind: string, version: string) =>
  `${call}no kind "${kind}" is registered for version "${version}" in scheme "pkg/util/webhook/client.go:71"`;
const expectedReview = `${invalid}expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got `;
const prevented = (what: string) =>
  `${call}an error on the server ("${what}") has prevented the request from succeeding`;
const json = { 'content-type': 'application/json' };
const status = (message: string) =>
  JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message });
export const asGood = ({ request: { uid } }: Loose): string =>
  JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: { uid, allowed: true },
  });

/** What is no answer, and why. `<uid>` stands for that of the review. */
export const noAnswers: readonly (readonly [Behaviour, string])[] = [
  [say(200, '', json), `${call}0-length response with status code: 200 and content type: application/json`],
  [say(200, '{"a":', json), `${noType}unexpected end of JSON input`],
  [say(200, '[]', json), unmarshal('array')],
  [say(200, '"yes"', json), unmarshal('string')],
  [say(200, '1', json), unmarshal('number')],
  [say(200, '<html>no</html>', json), unmarshal('string')],
  [say(200, 'null', json), `${invalid}webhook response was absent`],
  [say(200, '{}', json), `${invalid}webhook response was absent`],
  [
    (review, response) => say(200, `${asGood(review)} trailing`)(review, response),
    `${noType}invalid character 't' after top-level value`,
  ],
  [envelope({ kind: 'Review' }), unknownKind('Review', 'admission.k8s.io/v1')],
  [envelope({ apiVersion: 'example.com/v1' }), unknownKind('AdmissionReview', 'example.com/v1')],
  [envelope({ apiVersion: 'admission.k8s.io/v2' }), unknownKind('AdmissionReview', 'admission.k8s.io/v2')],
  [
    envelope({ apiVersion: 'admission.k8s.io/v1beta1' }),
    `${call}converting (v1beta1.AdmissionReview) to (v1.AdmissionReview): unknown conversion`,
  ],
  [envelope({ apiVersion: undefined }), `${expectedReview}/, Kind=AdmissionReview`],
  [envelope({ kind: undefined }), `${expectedReview}admission.k8s.io/v1, Kind=`],
  [envelope({ response: undefined }), `${invalid}webhook response was absent`],
  [envelope({ response: null }), `${invalid}webhook response was absent`],
  [
    envelope({ response: 'yes' }),
    `${call}json: cannot unmarshal string into Go struct field AdmissionReview.response of type v1.AdmissionResponse`,
  ],
  [envelope({ response: { allowed: true } }), `${invalid}expected response.uid="<uid>", got ""`],
  [respond({ uid: 'other', allowed: true }), `${invalid}expected response.uid="<uid>", got "other"`],
  [respond({ uid: 'other', allowed: false }), `${invalid}expected response.uid="<uid>", got "other"`],
  [
    respond({ allowed: 'true' }),
    `${call}json: cannot unmarshal string into Go struct field AdmissionResponse.response.allowed of type bool`,
  ],
  [
    deny({ code: '403' }),
    `${call}json: cannot unmarshal string into Go struct field Status.response.status.code of type int32`,
  ],
  [
    deny({ message: 5 }),
    `${call}json: cannot unmarshal number into Go struct field Status.response.status.message of type string`,
  ],
  [say(299, 'x'), `${call}the server responded with the status code 299 but did not return more information`],
  [say(302, ''), prevented('unknown')],
  [say(400, 'bad'), `${call}the server rejected our request for an unknown reason`],
  [say(401, 'who'), `${call}the server has asked for the client to provide credentials`],
  [say(403, 'no'), `${call}no`],
  [say(403, status('a status says no'), json), `${call}a status says no`],
  [say(404, 'not here'), `${call}the server could not find the requested resource`],
  [say(405, ''), `${call}the server does not allow this method on the requested resource`],
  [say(409, 'x'), `${call}the server reported a conflict`],
  [say(410, 'x'), `${call}the server responded with the status code 410 but did not return more information`],
  [say(422, 'x'), `${call}the server rejected our request due to an error in our request`],
  [say(429, 'x'), `${call}the server has received too many requests and has asked us to try again later`],
  [say(500, 'boom'), prevented('boom')],
  [say(500, ''), prevented('unknown')],
  [say(502, 'bad gateway'), prevented('bad gateway')],
  [say(503, 'x'), `${call}the server is currently unable to handle the request`],
];
