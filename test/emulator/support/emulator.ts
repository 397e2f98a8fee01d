/**
 * MiniStack, on this machine: AWS as far as runsheet needs it, with Lambdas run by the Node that is pinned here.
 *
 * Its Step Functions has versions and aliases, and its CloudFormation does not know them: it is told to make both by
 * those very calls, so that templates are deployed as they are. And in a nested stack it forgets what a machine, version
 * or alias is called that a deployment leaves as it was: it is reminded. Hides: how that is told.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FOLDER, installed, ROOT } from './python.ts';
import { type ServerProcess, startServer } from './server-process.ts';

export const MINISTACK = ['ministack==1.5.33'];
const REGION = 'eu-central-1';
export const ACCOUNT = '000000000000';

export type Emulator = ServerProcess & {
  /** For whatever talks to it: the real AWS is out of reach of it. */
  readonly environment: NodeJS.ProcessEnv;
};

/** An older version is kept, as our stack asks for it of every one. */
const SERVER = `
import json
from ministack.services import stepfunctions
from ministack.services.cloudformation import provisioners
def said(answer):
    status, _, body = answer
    if status >= 400:
        raise ValueError(body)
    return json.loads(body)
def version(logical_id, props, stack_name):
    asked = {"stateMachineArn": props["StateMachineArn"], "revisionId": props.get("StateMachineRevisionId")}
    arn = said(stepfunctions._publish_state_machine_version(asked))["stateMachineVersionArn"]
    return arn, {"Arn": arn}
def routes(props):
    return [{"stateMachineVersionArn": one["StateMachineVersionArn"], "weight": int(one["Weight"])}
            for one in props["RoutingConfiguration"]]
def alias(logical_id, props, stack_name):
    asked = {"name": props["Name"], "routingConfiguration": routes(props)}
    arn = said(stepfunctions._create_state_machine_alias(asked))["stateMachineAliasArn"]
    return arn, {"Arn": arn}
def pointed(arn, before, props, stack_name):
    said(stepfunctions._update_state_machine_alias({"stateMachineAliasArn": arn, "routingConfiguration": routes(props)}))
    return arn, {"Arn": arn}
for kind, ways in {
    "Version": {"create": version, "delete": lambda arn, props:
        said(stepfunctions._delete_state_machine_version({"stateMachineVersionArn": arn}))},
    "Alias": {"create": alias, "update": pointed, "delete": lambda arn, props:
        said(stepfunctions._delete_state_machine_alias({"stateMachineAliasArn": arn}))},
}.items():
    name = "AWS::StepFunctions::StateMachine" + kind
    assert name not in provisioners._RESOURCE_HANDLERS, name + " is known to its CloudFormation by itself now"
    provisioners._RESOURCE_HANDLERS[name] = ways
update = provisioners._update_resource
def updated(kind, *rest):
    arn, attributes = update(kind, *rest)
    if attributes or not kind.startswith("AWS::StepFunctions::StateMachine"):
        return arn, attributes
    return arn, provisioners._sfn_attrs(arn, arn.split(":")[6])
provisioners._update_resource = updated
from ministack.app import main
main()
`;

/** @param port one of its own choosing when left out. @throws CannotEmulate */
export const startEmulator = async (port?: number): Promise<Emulator> => {
  const bin = await installed(MINISTACK);
  // The workers of the emulator are CommonJS, and take their kind from the nearest package.
  writeFileSync(join(FOLDER, 'package.json'), '{ "type": "commonjs" }\n');
  const environmentAt = (folder: string, endpoint: string): NodeJS.ProcessEnv => ({
    HOME: folder,
    PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env.PATH}`,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_VERSION_CHECK: '1',
    CI: '1',
  });
  const server = await startServer(
    'ministack',
    ({ port: chosen, endpoint, folder }) => ({
      command: join(bin, 'python'),
      given: ['-c', SERVER],
      env: {
        ...environmentAt(folder, endpoint),
        GATEWAY_PORT: String(chosen),
        BIND_HOST: '127.0.0.1',
        MINISTACK_REGION: REGION,
        MINISTACK_ACCOUNT_ID: ACCOUNT,
        TMPDIR: folder,
        LAMBDA_WARM_TTL_SECONDS: '600',
        // AWS tries again after one minute and two.
        LAMBDA_ASYNC_RETRY_BASE_SECONDS: '0.2',
      },
    }),
    '/_ministack/health',
    port,
  );
  return { ...server, environment: environmentAt(server.folder, server.endpoint) };
};
