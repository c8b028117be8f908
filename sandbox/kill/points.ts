/** What KIE makes of the order in a run: a video, or a refusal, so that the credit goes back. */
export type Course = 'filmed' | 'refused';

/** A moment of the pipeline at which the application can be killed. */
export interface Point {
  /** `before:` or `after:`, then the call or the commit. */
  name: string;
  meaning: string;
  course: Course;
  /** Others write to the chat all the time, so that everything of ours has to wait. */
  chatIsBusy: boolean;
}

const CALLS: Readonly<Record<string, string>> = {
  'telegram.answerCallbackQuery': 'the tap on "Start" is answered',
  'telegram.editMessageText.started': 'the confirm screen becomes the progress message',
  'openai.responses': 'the prompt is written',
  'kie.upload': 'the photo is handed over',
  'kie.createTask': 'the paid task is made',
  'kie.recordInfo.running': 'a poll finds that the task still runs',
  'kie.callback': 'KIE calls back',
  'kie.recordInfo.finished': 'the finished task is read',
  'kie.result': 'the video is downloaded',
  'telegram.editMessageText.progress': 'the progress message shows the next step',
  'telegram.sendChatAction': '"sending a video…" is shown',
  'telegram.sendVideo': 'the video is sent',
  'telegram.editMessageText.over': 'the progress message shows the end',
};

const COMMITS: Readonly<Record<string, string>> = {
  'session.lock': 'the chat is taken for the tap on "Start"',
  'order.charge': 'the order: credit, job and progress message in one transaction',
  'session.save': 'the tap is done, the conversation stored, the chat free again',
  'step.prompt': 'the step "prompt" is begun under its lease',
  'costs.tokens': 'what the words took is counted',
  'job.create': 'the prompt is stored, the task is due',
  'step.create': 'the step "create" is begun under its lease',
  'photo.link': 'the link to the handed over photo is stored',
  'slot.take': "the account's slot for one creation is taken",
  'job.start_task': 'the row of a task is written, before KIE is asked',
  'job.generate': "the task's id is stored",
  'slot.release': 'KIE has answered: the slot waits for its window only',
  'job.wait': 'the next poll is due',
  'callback.keep': "KIE's callback is stored",
  'callback.settle': "KIE's callback is checked",
  'job.deliver': "the task's success and its link are stored, the delivery is due",
  'progress.claim': 'the progress message is taken for an edit',
  'progress.settle': 'what the progress message shows is stored',
  'pacing.claim': "the chat's next slot for a message is taken",
  'delivery.claim': 'the lease of one send is taken',
  'job.complete': 'the video is sent: its message is stored, the job is completed',
  'progress.close': 'the progress message is closed',
};

const REFUSED_CALLS: Readonly<Record<string, string>> = {
  'telegram.sendMessage': 'the person is told why there is no video',
};

const REFUSED_COMMITS: Readonly<Record<string, string>> = {
  'job.fail': 'KIE has refused: failure, refund and notice in one transaction',
  'notice.claim': 'the notice is taken for one try',
  'notice.postpone': 'the notice waits, because the chat was just written to',
  'notice.sent': 'the notice is sent',
};

/** What a purchase and its refund pass; `npm run chaos -- --only crash-points` kills there. */
export const PURCHASE_CALLS: Readonly<Record<string, string>> = {
  'yookassa.createPayment': 'the bill is made at YooKassa',
  'yookassa.readPayment': 'the payment is read back',
  'telegram.sendInvoice': 'the invoice in Stars is shown',
  'telegram.answerPreCheckoutQuery': 'the person may pay the invoice',
  'telegram.editMessageText.closed': 'the bill says that it is paid',
  'yookassa.createRefund': 'YooKassa gives the money back',
  'yookassa.readRefund': 'the refund is read back',
  'telegram.refundStarPayment': 'Telegram gives the Stars back',
};

/** As `PURCHASE_CALLS`. */
export const PURCHASE_COMMITS: Readonly<Record<string, string>> = {
  'payment.open': 'the row of a payment is written, before anybody is asked',
  'payment.ask': 'a request to YooKassa is counted, before it leaves',
  'payment.link': "YooKassa's id and link are stored",
  'payment.message': 'which message shows the bill is stored',
  'payment.claim': 'a waiting payment is taken for one look',
  'payment.postpone': 'its next look is due',
  'notification.keep': 'the notification is stored, before it is answered',
  'notification.claim': 'the notification is taken for one look',
  'payment.complete': 'credits, payment and notice in one transaction',
  'notification.settle': 'the notification is handled',
  'refund.found': "a refund from YooKassa's cabinet is stored",
  'refund.claim': 'a refund is taken for one look',
  'refund.ask': 'the request of a refund is frozen, before it leaves',
  'refund.link': "the refund's id at the provider is stored",
  'refund.take_back': 'the money is back: credits, refund and notice in one transaction',
};

const IN_BUSY_CHATS: ReadonlySet<string> = new Set(['notice.postpone']);

/**
 * What an order passes only where something else goes wrong besides the kill: known by name, and no point. Random histories
 * (`npm run histories`) kill at those of jobs.
 */
const SIDEWAYS = [
  ...['kie.downloadUrl', 'kie.credit', 'openai.chat/completions', 'commit:wake_ups.renumber'],
  ...[
    'commit:session.release',
    'commit:progress.release',
    'commit:progress.want',
    'commit:notice.drop',
    'commit:callback.postpone',
  ],
  ...['commit:job.create_again', 'commit:job.deliver_again', 'commit:job.present', 'commit:task.adopt'],
  ...['commit:task.settle', 'commit:job.finish_late', 'commit:job.give_up'],
  ...[
    'yookassa.list',
    'yookassa.me',
    'commit:payment.end',
    'commit:payment.answered',
    'commit:payment.promise',
  ],
  ...[
    'commit:payment.draft',
    'commit:payment.park',
    'commit:notification.postpone',
    'commit:refund.postpone',
  ],
  ...['commit:refund.request', 'commit:refund.answered', 'commit:refund.end', 'commit:notice.write'],
  ...['commit:user.register', 'commit:user.consent'],
];

/** Every point, in the order of the pipeline: the calls, then the commits. */
export const POINTS: readonly Point[] = [
  ...calls(CALLS, 'filmed'),
  ...commits(COMMITS, 'filmed'),
  ...calls(REFUSED_CALLS, 'refused'),
  ...commits(REFUSED_COMMITS, 'refused'),
];

/** The names of all calls and commits that are known; a commit's begins with `commit:`. */
export const KNOWN: ReadonlySet<string> = new Set([
  ...POINTS.map(({ name }) => name.replace(/^\w+:/, '')),
  ...Object.keys(PURCHASE_CALLS),
  ...Object.keys(PURCHASE_COMMITS).map((name) => `commit:${name}`),
  ...SIDEWAYS,
]);

/** The points for people to read, one a line. */
export function formatPoints(): string {
  return POINTS.map(({ name, meaning }) => `${name.padEnd(42)} ${meaning}`).join('\n');
}

function calls(names: Readonly<Record<string, string>>, course: Course): Point[] {
  return Object.entries(names).flatMap(([name, meaning]) => [
    { name: `before:${name}`, meaning: `${meaning}; asked for, and nothing done`, course, chatIsBusy: false },
    { name: `after:${name}`, meaning: `${meaning}; done, and the answer lost`, course, chatIsBusy: false },
  ]);
}

function commits(names: Readonly<Record<string, string>>, course: Course): Point[] {
  return Object.entries(names).flatMap(([name, meaning]) => {
    const [before, after] = ['not committed', 'committed, and the answer lost'];
    const chatIsBusy = IN_BUSY_CHATS.has(name);
    return [
      { name: `before:commit:${name}`, meaning: `${meaning}; ${before}`, course, chatIsBusy },
      { name: `after:commit:${name}`, meaning: `${meaning}; ${after}`, course, chatIsBusy },
    ];
  });
}
