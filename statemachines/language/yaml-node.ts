/** A YAML text as a tree that keeps where everything stood: what both readers of YAML give. */

export type YamlScalar = {
  readonly kind: 'scalar';
  readonly value: null | boolean | number | string;
  readonly from: number;
  /** Behind its last character. */
  readonly to: number;
};
export type YamlList = {
  readonly kind: 'list';
  readonly items: readonly (YamlNode | null)[];
  readonly from: number;
  readonly to: number;
};
export type YamlMap = {
  readonly kind: 'map';
  readonly pairs: readonly YamlPair[];
  readonly from: number;
  readonly to: number;
};
export type YamlPair = {
  readonly name: string;
  readonly key: YamlScalar;
  readonly value: YamlNode | null;
};
export type YamlNode = YamlScalar | YamlList | YamlMap;

export type YamlComment = { readonly text: string; readonly line: number };
