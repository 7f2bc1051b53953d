import type { Handler, PackageEnvironment, PackageType } from '../package.ts';
import { authorizerFunctions, authorizerTypes } from './authorizer.ts';
import { conversionFunctions } from './conversions.ts';
import { addFunctions } from './library.ts';
import { listFunctions } from './lists.ts';
import { formatConstant, formatFunctions, formatTypes } from './named-formats.ts';
import { ipConstant, networkFunctions, networkTypes, sameCidr, sameIp } from './network.ts';
import { quantitiesEqual, quantityFunctions, quantityType } from './quantity.ts';
import { regexFunctions } from './regex.ts';
import { sameSemver, semverFunctions, semverType } from './semver.ts';
import { setFunctions, setsConstant, setsType } from './sets.ts';
import { stringFunctions } from './strings.ts';
import { textFormatFunctions } from './text-format.ts';
import { urlFunctions, urlType } from './urls.ts';

export { replacements } from './replacements.ts';

const types: readonly { readonly name: string; readonly type: PackageType }[] = [
  urlType,
  quantityType,
  ...networkTypes,
  ...formatTypes,
  setsType,
  semverType,
  ...authorizerTypes,
];

const constants = [formatConstant, ipConstant, setsConstant];

const equalities: readonly [string, Handler][] = [
  ['kubernetes.Quantity', quantitiesEqual],
  ['net.IP', sameIp],
  ['net.CIDR', sameCidr],
  ['kubernetes.Semver', sameSemver],
];

const functions = [
  conversionFunctions,
  stringFunctions,
  regexFunctions,
  listFunctions,
  setFunctions,
  urlFunctions,
  quantityFunctions,
  networkFunctions,
  formatFunctions,
  semverFunctions,
  textFormatFunctions,
  authorizerFunctions,
];

/** Gives an environment the libraries that Kubernetes has in every expression. Answers the environment. */
export function addLibraries(environment: PackageEnvironment): PackageEnvironment {
  for (const { name, type } of types) environment.registerType(name, type);
  for (const [name, equal] of equalities) environment.registerOperator(`${name} == ${name}`, equal);
  for (const { name, type, value } of constants) environment.registerConstant(name, type, value);
  for (const library of functions) addFunctions(environment, library);
  return environment;
}
