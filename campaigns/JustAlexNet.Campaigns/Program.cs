using System.Globalization;
using JustAlexNet.Campaigns;
using JustAlexNet.Campaigns.Frame;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return args is [Worker.Verb, ..] ? CampaignCommand.RunWorker(args[1..]) : CampaignCommand.Run(args);
