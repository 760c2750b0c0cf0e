// The adapter is `weft dap`; the view lists the requests of the recording, and a click goes to one.
const vscode = require('vscode');

class Requests {
  constructor() {
    this.changed = new vscode.EventEmitter();
    this.onDidChangeTreeData = this.changed.event;
  }
  refresh() {
    this.changed.fire();
  }
  getTreeItem(request) {
    const label = `${request.number}: ${request.what}`;
    const item = new vscode.TreeItem(label);
    item.description = `${(request.durationSeconds * 1000).toFixed(1)} ms, ${request.outcome}`;
    item.command = {command: 'weft.goto', title: 'Go', arguments: [`request ${request.number}`]};
    return item;
  }
  async getChildren() {
    const session = vscode.debug.activeDebugSession;
    if (!session || session.type !== 'weft') return [];
    const {requests} = await session.customRequest('weft/requests', {count: 200});
    return requests;
  }
}

const threadId = () => vscode.debug.activeStackItem?.threadId ?? 1;

async function ask(request, args) {
  const session = vscode.debug.activeDebugSession;
  if (!session) return;
  try {
    await session.customRequest(request, args);
  } catch (error) {
    vscode.window.showErrorMessage(`weft: ${error.message}`);
  }
}

exports.activate = context => {
  const requests = new Requests();
  const command = (name, run) =>
    context.subscriptions.push(vscode.commands.registerCommand(name, run));
  context.subscriptions.push(
    vscode.debug.registerDebugAdapterDescriptorFactory('weft', {
      createDebugAdapterDescriptor: session =>
        new vscode.DebugAdapterExecutable(session.configuration.weft || 'weft', ['dap']),
    }),
    vscode.window.registerTreeDataProvider('weft.requests', requests),
    vscode.debug.onDidChangeActiveDebugSession(() => requests.refresh()),
    vscode.debug.onDidStartDebugSession(() => requests.refresh()));
  command('weft.goto', async to => {
    to = to ?? await vscode.window.showInputBox({prompt: 'request N, an event, a time, crash'});
    if (to) await ask('weft/goto', {to});
  });
  command('weft.lastWrite', async () => {
    const expression = await vscode.window.showInputBox({prompt: 'Who wrote this last?'});
    const frameId = vscode.debug.activeStackItem?.frameId;
    if (expression) await ask('weft/lastWrite', {expression, frameId});
  });
  for (const name of ['asyncNext', 'reverseAsyncNext', 'asyncStepIn', 'asyncStepOut', 'cause',
                      'effect', 'back'])
    command(`weft.${name}`, () => ask(`weft/${name}`, {threadId: threadId()}));
};
