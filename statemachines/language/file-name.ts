/** The id of a workflow is the name of its file. */

const YAML = /\.ya?ml$/;

export const isYamlFile = (file: string): boolean => YAML.test(file);
export const idOfFile = (file: string): string => (file.split(/[\\/]/).at(-1) ?? file).replace(YAML, '');
