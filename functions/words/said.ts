/**
 * What core and http say to people: in notices, in the history, at what was typed wrong, and where something cannot be done.
 * English; a second language is a second object of the same shape.
 *
 * Promises: whole sentences, so that other languages may order them otherwise; no markup, no escaping.
 */
const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

const DECISIONS = {
  done: 'done',
  approve: 'approved',
  request_changes: 'changes asked for',
  reject: 'rejected',
  skip: 'skipped',
};
const HOW = {
  form: 'from the start form',
  hook: 'by a webhook',
  clock: 'on schedule',
  command: 'from the command line',
  run: 'by another run',
};
const REMINDERS = {
  before: 'Reminded before the due time',
  due: 'Reminded at the due time',
  overdue: 'Reminded of being overdue',
  escalation: 'Escalated',
};
const REFERRED = {
  stuck: 'nobody who is asked can decide any more',
  rounds: 'the rounds are used up',
  expired: 'it was not answered in time',
  failed: 'it could not be done',
  nobody: 'nobody holds the role',
};

export const SAID = {
  answer: {
    choose: 'Choose what you decide.',
    choices: (choices: readonly string[]) => `This step can be answered with ${choices.join(', ')}.`,
    recordedAndYours: 'What you sent is recorded. Now it is yours to decide, as the lead.',
    gaveOnePart: 'The part that you gave away is with somebody else now. This one is still yours.',
    whyReject: 'Say why you reject it.',
    whyChange: 'Say what should be changed, so that it can be.',
    longComment: (most: number, length: number) => `A comment can have at most ${most} characters; this has ${length}.`,
    hours: 'Hours must be a number from 0 to 1000, like 2 or 1.5.',
    refused: {
      'own-work': 'This is your own work, so somebody else has to judge it.',
      'not-asked': 'You are not asked to decide this.',
      'not-yet': 'It is not your turn yet: you will have a mail when it is.',
      'with-lead': 'This is for the lead to decide now.',
      'voted-already': 'Your role has answered already.',
      'not-offered': 'Changes cannot be asked for here.',
      decided: 'This has been decided already.',
    },
    dead: {
      'too-old': 'This link is too old to be used.',
      reassigned: 'This was given to somebody else, so there is nothing left for you to do.',
      'run-ended': 'The run that this belonged to has ended, so there is nothing left for you to do.',
      'later-round': 'A new round has begun since. You have a newer mail about it.',
    },
    nothing: 'This is not yours to answer, or there is nothing of the kind.',
    leftTeam: 'You are not in the team any more.',
    changed: 'What you looked at has changed since. Look at it again before you decide.',
    aRule: 'a rule of this workflow',
    gave: (to: string) => `You gave this to ${to}, who has a mail about it now.`,
    elsewhere: 'This came from another site. Open the link in your mail, and answer there.',
    tooLong: 'This page was open for too long, or came from elsewhere. Look at it once more, and send it again.',
  },
  request: {
    busy: 'Too many attempts just now. Please wait a few minutes.',
    notOurForm: 'This page takes the form that it shows, and nothing else.',
    elsewhere: 'This came from another site.',
    tooLong: 'This page was open for too long, or came from elsewhere. Go back, load it again, and send it once more.',
    stale: 'This page was open for too long. Look at what you typed, and send it again.',
    json: 'Send JSON, with the content type application/json.',
    nowhere: 'There is nothing at this address.',
    method: (method: string) => `${method} is not possible here.`,
    tooMuch: 'Too much is going on just now. Please try again in a moment.',
    fault: 'Something went wrong on our side.',
    noRun: 'There is no such run.',
    notBegun: 'This run has not begun yet.',
    formTooLong: 'This form was open for too long. Look at it once more, and send it again.',
  },
  code: {
    slips: {
      'used-up': 'This code has been tried too often. Ask for a new one.',
      expired: 'This code is more than ten minutes old. Ask for a new one.',
      none: 'There is no code for this page any more. Ask for a new one.',
    },
    wrong: (left: number) =>
      `That is not the code in your newest mail. You can try ${left === 1 ? 'once' : `${left} times`} more.`,
    type: 'Type the six digits from the mail.',
    noMore: (minutes: number) =>
      `No more codes can be sent just now. Use the newest one in your mail, or wait ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`,
    noCookies: 'Your browser keeps no cookies from us. Allow them, and send it again.',
  },
  start: {
    noWorkflow: 'There is no such workflow to start.',
    unknown: (name: string, known: string) => `There is no workflow ${name} here; there are ${known}.`,
    notInTeam: 'That person is not in the team.',
    sentBefore: 'This form was sent before with other values. Look at it, and send it again.',
    otherInputs: 'This id came before with other inputs.',
    json: 'Send JSON like { "workflow": "blog-post", "inputs": { "topic": "…" } }.',
  },
  steer: {
    noRun: 'There is no such run.',
    ended: 'The run has ended.',
    why: 'Say why, so that others can understand it later.',
    longReason: 'The reason can have at most 10,000 characters.',
    leadCancels: 'Only the lead can cancel a run.',
    notOpen: 'That step is not open any more.',
    notYours: 'Only the lead, or whose step it is, can do that.',
    leadMoves: 'Only the lead can move this date.',
    leadSkips: 'Only the lead can skip an approval.',
    leadOnly: 'Only the lead can do that.',
    notInTeam: 'That person is not in the team.',
    roundsUsed: 'All rounds for changes are used up, so this is for the lead alone to decide.',
    nobodyToTakeFrom: 'There is nobody to take it from.',
    hasItAlready: (who: string) => `${who} has it already.`,
    dateLike: 'Give the new date like 2027-01-31, or 2027-01-31T14:00.',
    datePassed: 'The new date has passed already.',
    dueAlready: 'It is due then already.',
    movedSince:
      'The date was moved after this page was shown. Look at it again, and send it once more if it is still right.',
    dateTooFar: (days: number, last: string | undefined) =>
      `A run lasts ${days} days at most, so give a date up to ${last}.`,
    cannotSkip: 'This step cannot be skipped: what comes after it relies on its results.',
    nothingToRepeat: 'There is nothing that could be tried again.',
    whoTakes: 'Choose who takes it.',
    whosePart: 'Several people still owe an answer. Choose whose part is given to somebody else.',
    newDate: 'Give the new date.',
    what: 'Choose what is to be done.',
    workdays: 'Say by how many working days, like 5.',
    outOfReach: 'No day of the calendar reaches that.',
    tooLong: 'This page was open for too long. Send it again.',
  },
  notice: {
    isWith: (title: string, who: string) => `“${title}” is with ${who} now`,
    newDue: (title: string) => `“${title}” has a new due date`,
    skipped: (title: string) => `“${title}” is skipped`,
    because: (who: string, reason: string) => `${who}: ${reason}`,
    nothingMoreThere: 'You need not do anything more there.',
    nothingMore: 'You need not do anything more',
    cancelledBy: (who: string, reason: string) => `${who} cancelled it: ${reason}`,
    outcome: {
      finished: 'Finished',
      rejected: 'Rejected, and so it has ended',
      cancelled: 'Cancelled',
      expired: 'Ended, because nobody answered in time',
      failed: 'It failed, and has ended',
    },
    ended: (title: string, how: string) => `${title}: ${how}.`,
    lasted: (days: number) => `It took ${count(days, 'day', 'days')} from its start.`,
    seeRun: 'See the run',
    expired: (title: string) => `“${title}” was not answered in time`,
    needsYou: (title: string) => `“${title}” needs you`,
    unreached: (who: string) => `${who} cannot be reached by mail`,
    mail: {
      refused: (title: string, reason: string) => `The mail about “${title}” was refused: ${reason}`,
      returned: (title: string, reason: string) => `The mail about “${title}” came back: ${reason}`,
    },
    mendAddress: 'Give the step to somebody else, or mend the address in team.yaml.',
    notStarted: (title: string) => `“${title}” could not be started`,
    goesOn: 'This run does not wait for it, and goes on.',
  },
  replay: {
    json: 'Send JSON like { "key": "…" }: the same key again is the same run.',
    nothingKept: (id: string, source: string) => `Nothing is kept of ${id} from ${source}.`,
    unreadable: 'It could not be read when it came, so there is nothing to start from.',
    tooOld: 'What was in it is kept for 30 days, which are over.',
    refused: (why: string) => `It cannot be started again: ${why}.`,
  },
  reason: {
    runEnded: 'The run has ended.',
    neverAnswered: (title: string) => `“${title}” was never answered, and its workflow says that the run ends then.`,
    noWorkflow: (workflow: string) => `There is no workflow ${workflow} here.`,
    otherStart: 'Its machine was started with something else.',
    childNotStarted: (workflow: string, why: string) => `The workflow ${workflow} could not be started: ${why}`,
    parentEnded: (title: string) => `The run that it belongs to, ${title}, has ended.`,
    parentGoesOn: (title: string) => `The run that it belongs to, ${title}, does not need it any more.`,
    machineFailed: (error: string | undefined, cause: string | undefined) =>
      `Its machine failed${error === undefined ? '' : ` with ${error}`}${cause === undefined ? '' : `: ${cause}`}.`,
    machineTimedOut: 'Its machine ran for longer than it may.',
    machineStopped: 'Its machine was stopped from outside.',
    doesNotFit: (problems: string) => `What it answered does not fit: ${problems}`,
    status: (status: number) => `It answered with the status ${status}.`,
  },
  referred: {
    rounds: 'All rounds for changes are used up, so you decide as the lead.',
    stuck: (asked: string) =>
      `Those who are asked (${asked || 'nobody'}) can no longer reach a decision, so you decide as the lead.`,
    nobody: 'Nobody holds the role that is asked here, so you decide as the lead.',
    expired: (asked: string) =>
      `${asked || 'Nobody'} did not answer in time. You can extend it, give it to somebody else, skip it where that is possible, or cancel the run.`,
    failed: (reason: string | undefined) => `It could not be done: ${reason ?? 'no answer'}`,
  },
  brief: {
    gave: (by: string | undefined, was: string, reason: string) =>
      `${by ?? 'A rule'} gave this to you instead of ${was}${reason === '' ? '.' : `: ${reason}`}`,
    moved: (by: string | undefined, reason: string) =>
      `${by ?? 'A rule'} moved the due date${reason === '' ? '.' : `: ${reason}`}`,
    rule: {
      all: 'Everyone who is asked has to approve.',
      any: 'One approval is enough.',
      in_order: 'Everyone has to approve, one after the other.',
    },
    atLeast: (n: number) => `At least ${n} have to approve.`,
  },
  digest: {
    headline: (runs: number, late: number, risk: number) =>
      `${runs === 1 ? 'Your run' : `Your ${runs} runs`} this week: ${
        late === 0 && risk === 0
          ? 'all in time'
          : [late > 0 ? `${late} late` : '', risk > 0 ? `${risk} at risk` : ''].filter((one) => one !== '').join(', ')
      }`,
    marks: { late: 'Late – ', risk: 'At risk – ', fine: '', ended: '' },
    whose: (lead: string) => ` (for ${lead})`,
    withNobody: 'nothing is with anybody',
    due: (distance: string, late: boolean) => (late ? distance : `due ${distance}`),
    ends: (day: string) => `ends ${day}`,
    rest: (n: number) => `And ${n} more.`,
    ended: (runs: readonly { readonly title: string; readonly state: string }[]) =>
      `Ended in the last seven days: ${runs.map(({ title, state }) => `${title} (${state})`).join(', ')}.`,
    seeAll: 'See them all',
  },
  date: {
    earlierToday: 'was due earlier today',
    today: 'today',
    justLate: 'just late',
    late: (workdays: number) => `${count(workdays, 'working day', 'working days')} late`,
    beforeNextWorkday: 'before the next working day',
    ahead: (workdays: number) => `in ${count(workdays, 'working day', 'working days')}`,
  },
  /** `step` is `“Title” (round 2)`; `by` is ` by Ada Berg` or nothing, `why` is `: the reason` or nothing. */
  history: {
    by: (who: string) => ` by ${who}`,
    byRule: ' by a rule, since nobody answered',
    because: (reason: string) => `: ${reason}`,
    step: (title: string, round: number) => `“${title}”${round > 1 ? ` (round ${round})` : ''}`,
    asked: (how: keyof typeof HOW, unsigned: boolean, by: string) =>
      `Asked for ${HOW[how]}${unsigned ? ', unsigned' : ''}${by}`,
    started: 'Started',
    isWith: (step: string, who: string) => `${step} is with ${who}`,
    begun: (step: string) => `${step} has begun`,
    takenUp: (step: string) => `${step} was taken up again by the machine`,
    voted: (step: string, decision: keyof typeof DECISIONS, by: string, comment: string | undefined) =>
      `${step}: ${DECISIONS[decision]}${by}${comment === undefined ? '' : ` – ${comment}`}`,
    decided: (step: string, decision: keyof typeof DECISIONS) => `${step} is decided: ${DECISIONS[decision]}`,
    doneAgain: (step: string) => `${step}: ${DECISIONS.request_changes}, so it is done again`,
    skipped: (step: string, by: string, cause: string, why: string) =>
      `${step} was skipped${by}${cause === 'condition' ? ', as its condition says' : cause === 'expiry' ? ', since nobody answered in time' : ''}${why}`,
    each: (step: string, items: number) => `${step} goes over ${count(items, 'item', 'items')}`,
    waits: (step: string) => `${step} waits for other steps`,
    given: (step: string, to: string, from: string, by: string, why: string) =>
      `${step} was given to ${to} instead of ${from}${by}${why}`,
    due: (step: string, wall: string, by: string, why: string) => `${step} is now due ${wall}${by}${why}`,
    put: (step: string, before: string, cause: keyof typeof REFERRED, why: string) =>
      `${step} was put before ${before}, because ${REFERRED[cause]}${why}`,
    failed: (step: string, isRun: boolean, again: boolean, why: string) =>
      `${step} ${isRun ? 'was not begun' : 'was not answered'}${why}${again ? '; it is tried again' : ''}`,
    again: (step: string) => `${step} is tried again`,
    reminded: (
      kind: keyof typeof REMINDERS,
      who: string,
      step: string,
      often: { readonly since: string; readonly times: number } | undefined,
    ) =>
      `${REMINDERS[kind]}: ${who} (${step})${often === undefined ? '' : `, ${often.times} times, each working day since ${often.since}`}`,
    mailRefused: (who: string, step: string, why: string) => `The mail to ${who} about ${step} was refused${why}`,
    resumed: (by: string, why: string) => `The run goes on where its machine failed${by}${why}`,
    erased: (as: string) => `Somebody was taken out of this history, and is called ${as} in it`,
    ended: (outcome: string, by: string, why: string) =>
      `The run ${outcome === 'failed' ? 'failed' : outcome === 'expired' ? 'ended, because nobody answered in time' : `is ${outcome}`}${by}${why}`,
  },
};
