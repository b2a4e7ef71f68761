//! Companies that make devices and serve others as well.

use super::entry::Group;
use super::entry::Purpose::{
    Advertising, Analytics, Certificates, Check, Crash, Delivery, Firmware, Hosting, Location, Maker, Media, Messaging, Names, Pages, Payment, Platform, Push,
    Relay, Social, Speech, Time,
};

/// By name.
#[rustfmt::skip]
pub static GROUPS: &[Group] = &[
    // Alibaba Cloud's documentation (endpoints of its services; IoT Platform).
    Group {
        name: "Alibaba",
        makers: &["alibaba", "aligenie", "tmall genie"],
        domains: &[
            ("alibaba.com", "", Maker), ("alibabacloud.com", "Alibaba Cloud", Hosting), ("alibabadns.com", "Alibaba Cloud", Names),
            ("alicdn.com", "Alibaba Cloud", Delivery), ("alidns.com", "Alibaba Cloud", Names), ("aligenie.com", "Tmall Genie", Maker),
            ("alikunlun.com", "Alibaba Cloud", Delivery), ("alipay.com", "Alipay", Payment), ("alipayobjects.com", "Alipay", Payment),
            ("aliyun-iot-share.com", "Alibaba Cloud", Platform), ("aliyun.com", "Alibaba Cloud", Hosting), ("aliyuncs.com", "Alibaba Cloud", Hosting),
            ("amap.com", "AutoNavi", Location), ("cnzz.com", "Umeng", Analytics), ("iot-as-mqtt.cn-shanghai.aliyuncs.com", "Alibaba Cloud", Platform),
            ("kunluncan.com", "Alibaba Cloud", Delivery), ("ntp.aliyun.com", "Alibaba Cloud", Time), ("taobao.com", "Taobao", Pages),
            ("tmall.com", "Tmall", Pages), ("umeng.com", "Umeng", Analytics), ("umengcloud.com", "Umeng", Analytics),
            ("umindex.com", "Umeng", Analytics),
        ],
    },
    // Amazon's documentation (AWS service endpoints; ports and hosts of Echo, Ring, Blink and eero).
    Group {
        name: "Amazon",
        makers: &["amazon", "amazon technologies", "amazon.com", "blink", "eero", "immedia", "immedia semiconductor", "ring llc", "ring solutions"],
        domains: &[
            ("a2z.com", "", Maker), ("acsechocaptiveportal.com", "", Check), ("amazon-adsystem.com", "Amazon Ads", Advertising),
            ("amazon-dss.com", "", Maker), ("amazon.ca", "", Maker), ("amazon.co.jp", "", Maker), ("amazon.co.uk", "", Maker),
            ("amazon.com", "", Maker), ("amazon.de", "", Maker), ("amazon.fr", "", Maker), ("amazon.in", "", Maker), ("amazon.it", "", Maker),
            ("amazonalexa.com", "", Speech), ("amazonaws.com", "Amazon Web Services", Hosting), ("amazonaws.com.cn", "Amazon Web Services", Hosting),
            ("amazonpay.com", "", Payment), ("amazontrust.com", "Amazon Trust Services", Certificates), ("amazonvideo.com", "", Media),
            ("amcs-tachyon.com", "", Maker), ("assoc-amazon.com", "Amazon Ads", Advertising), ("avs-alexa-eu.amazon.com", "", Speech),
            ("avs-alexa-na.amazon.com", "", Speech), ("awsglobalaccelerator.com", "Amazon Web Services", Hosting),
            ("bob-dispatch-prod-eu.amazon.com", "", Speech), ("bob-dispatch-prod-na.amazon.com", "", Speech),
            ("cloudfront.net", "Amazon Web Services", Delivery), ("device-messaging-na.amazon.com", "", Push),
            ("device-metrics-us-2.amazon.com", "", Analytics), ("device-metrics-us.amazon.com", "", Analytics), ("e2ro.com", "eero", Maker),
            ("eero.com", "eero", Maker), ("fireoscaptiveportal.com", "", Check), ("firetvcaptiveportal.com", "", Check),
            ("images-amazon.com", "", Delivery), ("immedia-semi.com", "Blink", Maker), ("kindle-time.amazon.com", "", Time),
            ("media-amazon.com", "", Delivery), ("ntp-g7g.amazon.com", "", Time), ("ring.com", "Ring", Maker),
            ("spectrum.s3.amazonaws.com", "", Check), ("ssl-images-amazon.com", "", Delivery), ("time.aws.com", "Amazon Web Services", Time),
            ("ttvnw.net", "Twitch", Media), ("twitch.tv", "Twitch", Media), ("unagi-na.amazon.com", "", Analytics),
        ],
    },
    // Apple's support pages (hosts and ports that its products use in a network).
    Group {
        name: "Apple",
        makers: &["apple", "beats electronics"],
        domains: &[
            ("aaplimg.com", "", Delivery), ("apple-cloudkit.com", "", Maker), ("apple-dns.net", "", Names), ("apple-mapkit.com", "", Location),
            ("apple.com", "", Maker), ("apple.news", "", Media), ("captive.apple.com", "", Check), ("cdn-apple.com", "", Delivery),
            ("courier.push.apple.com", "", Push), ("gs-loc.apple.com", "", Location), ("guzzoni.apple.com", "", Speech),
            ("iadsdk.apple.com", "", Advertising), ("icloud-content.com", "", Maker), ("icloud.com", "", Maker), ("itunes.com", "", Media),
            ("me.com", "", Maker), ("mesu.apple.com", "", Firmware), ("metrics.apple.com", "", Analytics), ("mzstatic.com", "", Delivery),
            ("ocsp.apple.com", "", Certificates), ("push.apple.com", "", Push), ("swcdn.apple.com", "", Firmware), ("time-ios.apple.com", "", Time),
            ("time-macos.apple.com", "", Time), ("time.apple.com", "", Time), ("updates.cdn-apple.com", "", Firmware),
        ],
    },
    // Baidu's documentation (AI Cloud, DuerOS, Push, statistics); names in certificates of baidu.com.
    Group {
        name: "Baidu",
        makers: &["baidu", "baidu online", "beijing xiaodu", "xiaodu"],
        domains: &[
            ("91.com", "", Pages), ("aipage.cn", "", Maker), ("aipage.com", "", Maker), ("api.map.baidu.com", "", Location),
            ("apollo.auto", "", Maker), ("baidu.cn", "", Maker), ("baidu.com", "", Maker), ("baidu.com.cn", "", Maker),
            ("baidubce.com", "Baidu AI Cloud", Hosting), ("baiducontent.com", "", Delivery), ("baidupcs.com", "", Hosting),
            ("baidustatic.com", "", Delivery), ("baifubao.com", "", Payment), ("bcebos.com", "Baidu AI Cloud", Hosting),
            ("bcehost.com", "Baidu AI Cloud", Hosting), ("bdimg.com", "", Delivery), ("bdstatic.com", "", Delivery), ("bdtjrcv.com", "", Analytics),
            ("bdycdn.cn", "Baidu AI Cloud", Delivery), ("bdydns.com", "Baidu AI Cloud", Names), ("channel.api.duapp.com", "", Push),
            ("chuanke.com", "", Pages), ("dlnel.com", "", Maker), ("dlnel.org", "", Maker), ("duerapps.com", "", Maker),
            ("dueros.baidu.com", "", Speech), ("dwz.cn", "", Pages), ("hao123.com", "", Pages), ("hao222.com", "", Pages), ("haokan.com", "", Media),
            ("hm.baidu.com", "", Analytics), ("loc.map.baidu.com", "", Location), ("mipcdn.com", "", Delivery), ("ntp.baidu.com", "", Time),
            ("nuomi.com", "", Pages), ("push.baidu.com", "", Push), ("smartapps.cn", "", Maker), ("trustgo.com", "", Maker),
            ("tts.baidu.com", "", Speech), ("vop.baidu.com", "", Speech), ("xiaodu.baidu.com", "", Maker),
        ],
    },
    // Google's help and developer pages (hosts of Nest, Chromecast, Firebase, Cloud; ports of FCM; Public DNS; Public NTP).
    Group {
        name: "Google",
        makers: &["dropcam", "fitbit", "google", "motorola mobility google", "nest", "nest labs"],
        domains: &[
            ("1e100.net", "", Hosting), ("2mdn.net", "Google Ads", Advertising), ("admob.com", "Google AdMob", Advertising),
            ("android.clients.google.com", "", Maker), ("android.com", "", Maker), ("app-measurement.com", "Google Analytics", Analytics),
            ("appspot.com", "Google Cloud", Hosting), ("blogspot.com", "", Pages), ("cast.google.com", "", Maker), ("clients3.google.com", "", Check),
            ("cloud.google.com", "Google Cloud", Hosting), ("cloudfunctions.net", "Google Cloud", Hosting),
            ("connectivitycheck.android.com", "", Check), ("connectivitycheck.gstatic.com", "", Check),
            ("crashlytics.com", "Google Crashlytics", Crash), ("crashlyticsreports-pa.googleapis.com", "Google Crashlytics", Crash),
            ("dns.google", "", Names), ("doubleclick.com", "Google Ads", Advertising), ("doubleclick.net", "Google Ads", Advertising),
            ("dropcam.com", "Nest", Maker), ("fcm.googleapis.com", "Firebase", Push),
            ("firebase-settings.crashlytics.com", "Google Crashlytics", Crash), ("firebaseapp.com", "Firebase", Hosting),
            ("firebaseinstallations.googleapis.com", "Firebase", Push), ("firebaseio.com", "Firebase", Hosting),
            ("firebaselogging-pa.googleapis.com", "Firebase", Analytics), ("fitbit.com", "Fitbit", Maker), ("fitbit.org", "Fitbit", Maker),
            ("ggpht.com", "", Delivery), ("google-analytics.com", "Google Analytics", Analytics), ("google.cn", "", Pages),
            ("google.co.uk", "", Pages), ("google.com", "", Pages), ("google.de", "", Pages), ("google.fr", "", Pages), ("google.it", "", Pages),
            ("googleadservices.com", "Google Ads", Advertising), ("googleapis.com", "Google Cloud", Hosting), ("googlecast.com", "", Maker),
            ("googlehosted.com", "", Hosting), ("googlesyndication.com", "Google Ads", Advertising),
            ("googletagmanager.com", "Google Analytics", Analytics), ("googletagservices.com", "Google Ads", Advertising),
            ("googleusercontent.com", "", Hosting), ("googlevideo.com", "YouTube", Media), ("googlezip.net", "", Delivery),
            ("gstatic.com", "", Delivery), ("gvt1.com", "", Firmware), ("gvt2.com", "", Analytics),
            ("imasdk.googleapis.com", "Google Ads", Advertising), ("ltsapis.goog", "", Maker), ("maps.googleapis.com", "", Location),
            ("mtalk.google.com", "Firebase", Push), ("nest.com", "Nest", Maker), ("nestlabs.com", "Nest", Maker),
            ("pki.goog", "Google Trust Services", Certificates), ("run.app", "Google Cloud", Hosting), ("speech.googleapis.com", "", Speech),
            ("stun.l.google.com", "", Relay), ("texttospeech.googleapis.com", "", Speech), ("time.android.com", "", Time),
            ("time.google.com", "", Time), ("tools.google.com", "", Firmware), ("withgoogle.com", "", Pages), ("youtu.be", "YouTube", Media),
            ("youtube-nocookie.com", "YouTube", Media), ("youtube.com", "YouTube", Media), ("youtubei.googleapis.com", "YouTube", Media),
            ("ytimg.com", "YouTube", Delivery),
        ],
    },
    // Huawei's developer documentation (HMS, push, analytics).
    Group {
        name: "Huawei",
        makers: &["honor device", "huawei"],
        domains: &[
            ("dbankcdn.com", "", Delivery), ("dbankcdn.ru", "", Delivery), ("dbankcloud.asia", "", Maker), ("dbankcloud.cn", "", Maker),
            ("dbankcloud.com", "", Maker), ("dbankcloud.eu", "", Maker), ("dbankcloud.ru", "", Maker), ("hicloud.com", "", Maker),
            ("hihonorcloud.com", "Honor", Maker), ("huawei.asia", "", Maker), ("huawei.com", "", Maker), ("huawei.com.au", "", Maker),
            ("huawei.com.cn", "", Maker), ("huawei.eu", "", Maker), ("huawei.ru", "", Maker), ("huaweicloud.com", "Huawei Cloud", Hosting),
            ("metrics.data.hicloud.com", "", Analytics), ("myhuaweicloud.com", "Huawei Cloud", Hosting), ("push.hicloud.com", "", Push),
            ("vmall.com", "", Maker),
        ],
    },
    // Meta's developer documentation (Graph API, SDK, Audience Network).
    Group {
        name: "Meta",
        makers: &["facebook", "meta platforms", "oculus", "oculus vr"],
        domains: &[
            ("an.facebook.com", "Meta Audience Network", Advertising), ("cdninstagram.com", "Instagram", Delivery),
            ("facebook.com", "Facebook", Social), ("facebook.net", "Facebook", Social), ("fb.com", "Facebook", Social),
            ("fbcdn.net", "Facebook", Delivery), ("fbsbx.com", "Facebook", Delivery), ("instagram.com", "Instagram", Social), ("meta.com", "", Maker),
            ("oculus.com", "", Maker), ("oculuscdn.com", "", Delivery), ("whatsapp.com", "WhatsApp", Messaging),
            ("whatsapp.net", "WhatsApp", Messaging),
        ],
    },
    // Microsoft's documentation (Microsoft 365 URLs and address ranges; Azure service hosts; connection end points of Windows).
    Group {
        name: "Microsoft",
        makers: &["microsoft", "nokia lumia", "xbox"],
        domains: &[
            ("aadcdn.msauth.net", "", Delivery), ("appcenter.ms", "Visual Studio App Center", Crash),
            ("applicationinsights.azure.com", "", Analytics), ("aspnetcdn.com", "", Delivery), ("azure-api.net", "Microsoft Azure", Hosting),
            ("azure-devices-provisioning.net", "Azure IoT Hub", Platform), ("azure-devices.net", "Azure IoT Hub", Platform),
            ("azure.com", "Microsoft Azure", Hosting), ("azure.net", "Microsoft Azure", Hosting), ("azureedge.net", "Microsoft Azure", Delivery),
            ("azurefd.net", "Microsoft Azure", Delivery), ("azurewebsites.net", "Microsoft Azure", Hosting), ("bing.com", "Bing", Pages),
            ("bing.net", "Bing", Delivery), ("clarity.ms", "", Analytics), ("cloudapp.azure.com", "Microsoft Azure", Hosting),
            ("cloudapp.net", "Microsoft Azure", Hosting), ("delivery.mp.microsoft.com", "", Firmware), ("events.data.microsoft.com", "", Analytics),
            ("hotmail.com", "", Messaging), ("live.com", "", Maker), ("live.net", "", Maker), ("microsoft.com", "", Maker),
            ("microsoft.us", "", Maker), ("microsoftonline.com", "", Maker), ("msauth.net", "", Maker), ("msecnd.net", "", Delivery),
            ("msedge.net", "", Delivery), ("msftconnecttest.com", "", Check), ("msftncsi.com", "", Check), ("msidentity.com", "", Maker),
            ("msn.com", "", Pages), ("notify.windows.com", "", Push), ("office.com", "", Maker), ("office.net", "", Delivery),
            ("office365.com", "", Maker), ("outlook.com", "", Messaging), ("s-microsoft.com", "", Delivery),
            ("servicebus.windows.net", "Microsoft Azure", Hosting), ("sharepoint.com", "", Maker), ("skype.com", "Skype", Messaging),
            ("speech.microsoft.com", "", Speech), ("time.windows.com", "", Time), ("trafficmanager.net", "Microsoft Azure", Hosting),
            ("virtualearth.net", "Bing Maps", Location), ("visualstudio.com", "", Hosting), ("vortex.data.microsoft.com", "", Analytics),
            ("watson.telemetry.microsoft.com", "", Crash), ("windows.com", "", Maker), ("windows.net", "Microsoft Azure", Hosting),
            ("windowsupdate.com", "", Firmware), ("xbox.com", "Xbox", Maker), ("xboxlive.com", "Xbox", Maker),
        ],
    },
    // Samsung's developer pages (SmartThings, Tizen, Knox: hosts to allow).
    Group {
        name: "Samsung",
        makers: &["harman", "physical graph", "samjin", "samsung", "samsung electronics", "smartthings"],
        domains: &[
            ("connectivity.samsung.com.cn", "", Check), ("jbl.com", "JBL", Maker), ("lpnts.samsung.com", "", Analytics),
            ("physicalgraph.com", "SmartThings", Maker), ("samsung.com", "", Maker), ("samsungacr.com", "Samsung Ads", Analytics),
            ("samsungads.com", "Samsung Ads", Advertising), ("samsungapps.com", "", Maker), ("samsungcloud.com", "", Maker),
            ("samsungcloudcdn.com", "", Delivery), ("samsungcloudsolution.com", "", Maker), ("samsungcloudsolution.net", "", Maker),
            ("samsungdm.com", "", Firmware), ("samsungelectronics.com", "", Maker), ("samsunghrm.com", "", Maker),
            ("samsungiotcloud.com", "SmartThings", Maker), ("samsungknox.com", "", Maker), ("samsungosp.com", "", Maker),
            ("samsungotn.net", "", Maker), ("samsungqbe.com", "", Maker), ("samsungrm.net", "", Maker), ("samsungtifa.com", "Samsung Ads", Analytics),
            ("smartthings.com", "SmartThings", Maker),
        ],
    },
    // Sony's support pages (ports and hosts of PlayStation Network and Bravia).
    Group {
        name: "Sony",
        makers: &["playstation", "sony"],
        domains: &[
            ("playstation.com", "PlayStation", Maker), ("playstation.net", "PlayStation", Maker), ("sony.com", "", Maker), ("sony.jp", "", Maker),
            ("sony.net", "", Maker), ("sonycoresoft.com", "", Maker), ("sonyentertainmentnetwork.com", "PlayStation", Maker),
        ],
    },
    // Tencent Cloud's documentation; names in certificates of qq.com and wechat.com.
    Group {
        name: "Tencent",
        makers: &["tencent", "wechat", "xiaowei"],
        domains: &[
            ("beacon.qq.com", "Tencent Beacon", Analytics), ("bugly.qq.com", "Tencent Bugly", Crash), ("dnspod.cn", "DNSPod", Names),
            ("gtimg.cn", "", Delivery), ("gtimg.com", "", Delivery), ("idqqimg.com", "", Delivery), ("iot-tencent.com", "Tencent Cloud", Platform),
            ("iotcloud.tencentdevices.com", "Tencent Cloud", Platform), ("map.qq.com", "", Location), ("mta.qq.com", "Tencent Analytics", Analytics),
            ("myqcloud.com", "Tencent Cloud", Hosting), ("pingma.qq.com", "Tencent Analytics", Analytics), ("qcloud.com", "Tencent Cloud", Hosting),
            ("qlogo.cn", "", Delivery), ("qpic.cn", "", Delivery), ("qq.com", "", Messaging), ("stun.qq.com", "", Relay),
            ("tencent-cloud.com", "Tencent Cloud", Hosting), ("tencent.com", "", Maker), ("tencentcloud.com", "Tencent Cloud", Hosting),
            ("tencentcloudapi.com", "Tencent Cloud", Hosting), ("tencentcs.com", "Tencent Cloud", Hosting),
            ("tencentdevices.com", "Tencent Cloud", Platform), ("tpns.tencent.com", "", Push), ("url.cn", "", Pages),
            ("wechat.com", "WeChat", Messaging), ("wechat.org", "WeChat", Messaging), ("wechatapp.com", "WeChat", Messaging),
            ("wechatpay.com", "WeChat", Payment), ("weixin.com", "WeChat", Messaging), ("xg.qq.com", "", Push),
        ],
    },
    // Xiaomi's IoT developer pages; Roborock's and Aqara's support pages.
    Group {
        name: "Xiaomi",
        makers: &["aqara", "beijing roborock", "beijing xiaomi", "chuangmi", "dreame", "imilab", "isa.camera", "lumi", "mijia", "qingdao yeelink", "roborock", "rockrobo", "shanghai imilab", "smartmi", "viomi", "xiaomi", "yeelight", "yeelink", "zhen shi", "zhimi"],
        domains: &[
            ("ad.xiaomi.com", "Xiaomi Ads", Advertising), ("aqara.cn", "Aqara", Maker), ("aqara.com", "Aqara", Maker),
            ("data.mistat.xiaomi.com", "", Analytics), ("dreame.tech", "Dreame", Maker), ("imilab.com", "Imilab", Maker),
            ("mi-img.com", "", Delivery), ("mi.com", "", Maker), ("miui.com", "", Maker), ("roborock.com", "Roborock", Maker),
            ("tracking.miui.com", "", Analytics), ("xiaomi.com", "", Maker), ("xiaomi.net", "", Maker), ("xiaomicp.com", "", Delivery),
            ("xiaoqiang.net", "", Maker), ("yeelight.com", "Yeelight", Maker),
        ],
    },
];
