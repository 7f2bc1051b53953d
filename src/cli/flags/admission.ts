import { resolve } from 'node:path';
import type { AdmissionSettings } from '../../admission/options.ts';
import { flag, type ValuesOf } from '../flag.ts';
import * as type from '../flag-types.ts';

export const admissionFlags = Object.freeze({
  'enable-admission-plugins': flag(type.list, [], 'Admission plugins to run beside the default ones.'),
  'disable-admission-plugins': flag(type.list, [], 'Default admission plugins not to run.'),
  'admission-control-config-file': flag(
    type.text,
    '',
    'File with an AdmissionConfiguration: what plugins are told beyond being on.',
  ),
  'default-not-ready-toleration-seconds': flag(
    type.integer(0),
    300,
    'Seconds that pods stay on a node that is not ready, unless they say otherwise.',
  ),
  'default-unreachable-toleration-seconds': flag(
    type.integer(0),
    300,
    'Seconds that pods stay on a node that cannot be reached, unless they say otherwise.',
  ),
});

const file = (text: string): string => (text === '' ? '' : resolve(text));

/** What the flags mean to admission. */
export const admissionSettings = (values: ValuesOf<typeof admissionFlags>): Partial<AdmissionSettings> => ({
  enablePlugins: values['enable-admission-plugins'],
  disablePlugins: values['disable-admission-plugins'],
  configFile: file(values['admission-control-config-file']),
  notReadyTolerationSeconds: values['default-not-ready-toleration-seconds'],
  unreachableTolerationSeconds: values['default-unreachable-toleration-seconds'],
});
