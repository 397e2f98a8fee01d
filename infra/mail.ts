/**
 * Who sends our mails, and what SES tells of them afterwards.
 *
 * Promises: only from the sender; what bounces or is complained of is not mailed again, and is told to the stack.
 * Opens and clicks are not followed, so links stay as they were written (L16).
 */
import { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  ConfigurationSet,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  Identity,
  SuppressionReasons,
} from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { DeploySettings } from './context.ts';
import { arnHere, type Grant } from './grants.ts';

export class Mail extends Construct {
  readonly configurationSet: string;
  readonly #use: PolicyStatement;

  constructor(
    scope: Construct,
    id: string,
    { stage, sender, identity }: Pick<DeploySettings, 'stage' | 'sender' | 'identity'>,
  ) {
    super(scope, id);
    this.configurationSet = `runsheet-${stage}`;
    const set = new ConfigurationSet(this, 'Events', {
      configurationSetName: this.configurationSet,
      reputationMetrics: true,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
    });
    set.addEventDestination('ToTheBus', {
      destination: EventDestination.eventBus(EventBus.fromEventBusName(this, 'Bus', 'default')),
      events: [
        EmailSendingEvent.DELIVERY,
        EmailSendingEvent.BOUNCE,
        EmailSendingEvent.COMPLAINT,
        EmailSendingEvent.REJECT,
      ],
    });
    this.#use = new PolicyStatement({
      actions: ['ses:SendRawEmail'],
      resources: [
        'arn' in identity ? identity.arn : this.#made(identity).emailIdentityArn,
        arnHere(this, 'ses', `configuration-set/${this.configurationSet}`),
      ],
      conditions: { StringEquals: { 'ses:FromAddress': sender.email } },
    });
  }

  /** What whoever sends mails needs. */
  get use(): readonly Grant[] {
    return [{ statement: this.#use }];
  }

  #made({ made, name }: { readonly made: 'domain' | 'address'; readonly name: string }): EmailIdentity {
    return new EmailIdentity(this, 'Identity', {
      identity: made === 'domain' ? Identity.domain(name) : Identity.email(name),
    });
  }
}
