"""The sentences of the core's errors; see `computed` for how they are found."""

ERRORS: dict[str, str] = {
    "Unknown {kind} {value}; choose one of: "
    "{choices}": "알 수 없는 {kind} {value}. 다음 중에서 고르세요: {choices}",
    "{name} must be a whole number, got {value}": "{name}: 정수여야 하는데 {value}입니다",
    "{name} must be a finite number, got {value}": "{name}: 유한한 수여야 하는데 {value}입니다",
    "{name} must be at least {low}, got {value}": "{name}: {low} 이상이어야 하는데 {value}입니다",
    "{name} must be at most {high}, got {value}": "{name}: {high} 이하여야 하는데 {value}입니다",
    # Photos to learn from
    "There is no folder {folder}. Name one that holds photos in class folders.": (
        "{folder} 폴더가 없습니다. 클래스별 폴더에 사진이 든 폴더를 지정하세요."
    ),
    "photos are of clothes, got dataset {name}; choose fashion-mnist": (
        "사진은 옷 사진인데 데이터가 {name}입니다. fashion-mnist를 고르세요"
    ),
    "photos are learned from on this machine only; unset FMNIST_CLUSTER to train": (
        "사진으로 학습하는 것은 이 컴퓨터에서만 됩니다. FMNIST_CLUSTER 설정을 지우고 학습하세요"
    ),
    # Files of data sets
    "{name} is not there: {folder} lacks {files}. Download it on the Data page, or train on fashion-mnist, "
    "which comes with the project.": (
        "{name}이(가) 없습니다: {folder}에 {files}이(가) 없습니다. 데이터 페이지에서 내려받거나, 함께 들어 "
        "있는 fashion-mnist로 학습하세요."
    ),
    "{name} could not be downloaded ({reason}). No network? Train on fashion-mnist, which needs none, or put "
    "these files into {folder}: {files} (a .gz copy of each will do).": (
        "{name}을(를) 내려받지 못했습니다({reason}). 인터넷이 안 되면 인터넷이 필요 없는 fashion-mnist로 "
        "학습하거나, 이 파일들을 {folder}에 넣으세요: {files} (.gz 파일도 됩니다)."
    ),
    "{name} cannot be stored in {folder}: {reason}. Make the folder writable, free some space, or set "
    "FMNIST_DATA_DIR to another folder.": (
        "{name}을(를) {folder}에 저장할 수 없습니다: {reason}. 쓰기를 허용하거나, 공간을 비우거나, "
        "FMNIST_DATA_DIR를 다른 폴더로 정하세요."
    ),
    "{path} is missing. {remedy}": "{path}이(가) 없습니다. {remedy}",
    "{path} is a damaged gzip file ({reason}). {remedy}": (
        "{path}은(는) 손상된 gzip 파일입니다({reason}). {remedy}"
    ),
    "It comes with the project: bring it back with git checkout, or install the project again.": (
        "프로젝트에 들어 있는 파일입니다. git checkout으로 되살리거나 프로젝트를 다시 설치하세요."
    ),
    "Delete this file and load the data set again, or put a good copy in its place.": (
        "이 파일을 지우고 데이터를 다시 불러오거나, 온전한 파일로 바꾸세요."
    ),
    "batch_size {size} is larger than the {left} training images; choose at most {most}": (
        "batch_size {size}이(가) 훈련 이미지 {left}장보다 큽니다. {most} 이하로 고르세요"
    ),
    "validation_size {size} leaves nothing to train on: {name} has {total} training images; choose at most "
    "{most}": (
        "validation_size {size}이면 학습할 이미지가 남지 않습니다: {name}의 훈련 이미지는 {total}장입니다. "
        "{most} 이하로 고르세요"
    ),
    "The augmentation photo works on grey images, and these are in colour; take shift, flip or erase, or the "
    "recipe fast or best": (
        "photo 증강은 흑백 이미지용인데 이 데이터는 컬러입니다. shift, flip, erase나 fast, best 레시피를 "
        "고르세요"
    ),
    "The loss of epoch {epoch} is not a number any more: lower the learning rate (now {rate}).": (
        "{epoch}에폭의 손실이 숫자가 아닙니다. 학습률(지금 {rate})을 낮추세요."
    ),
    "The memory of the device ran out with batch_size {size} on {architecture}; choose a smaller batch_size "
    "or architecture": (
        "{architecture}을(를) batch_size {size}(으)로 학습하다 메모리가 모자랐습니다. batch_size나 신경망을 "
        "더 작게 고르세요"
    ),
    "There is no run {name}; it may have been deleted. Pick another one.": (
        "{name} 학습이 없습니다. 삭제되었을 수 있습니다. 다른 것을 고르세요."
    ),
    "{name} is training. Stop it first, then delete "
    "it.": "{name}은(는) 학습 중입니다. 먼저 멈춘 뒤 삭제하세요.",
    "{name} belongs to {owner}: you can look at it, not change it. Start a run of your own.": (
        "{name}은(는) {owner}의 것입니다. 볼 수는 있지만 바꿀 수는 없습니다. 직접 학습을 시작하세요."
    ),
    "somebody else": "다른 사람",
    "{name} comes with the project and cannot be deleted or changed. Start a run of your own.": (
        "{name}은(는) 프로젝트에 들어 있는 것이라 삭제하거나 바꿀 수 없습니다. 직접 학습을 시작하세요."
    ),
    "The file {name} of the photo model that comes with the project is damaged. Install the project again; "
    "everything else works without it.": (
        "프로젝트에 들어 있는 사진 모델의 파일 {name}이(가) 손상되었습니다. 프로젝트를 다시 설치하세요. 다른 "
        "기능은 이 모델 없이도 모두 쓸 수 있습니다."
    ),
    "What is familiar to {name} cannot be read: another version of this project made it. Install the project "
    "again, or choose another run.": (
        "{name}에게 낯익은 것의 기록을 읽을 수 없습니다. 이 프로젝트의 다른 버전이 만든 것입니다. 프로젝트를 "
        "다시 설치하거나 다른 학습을 고르세요."
    ),
    "This is not the passcode. Ask whoever started the server.": (
        "암호가 맞지 않습니다. 서버를 시작한 사람에게 물어보세요."
    ),
    "Too many wrong passcodes. Wait {seconds} seconds and try again.": (
        "암호를 너무 여러 번 틀렸습니다. {seconds}초 뒤에 다시 해 보세요."
    ),
    "You have {limit} runs waiting, the most that one person may have. Wait for one to start, or cancel "
    "one.": (
        "기다리는 학습이 {limit}개로, 한 사람이 가질 수 있는 최대입니다. 하나가 시작되기를 기다리거나 "
        "취소하세요."
    ),
    "Somebody else is called {name} already. Choose another name.": (
        "{name}이라는 사람이 이미 있습니다. 다른 이름을 고르세요."
    ),
    "The checkpoint {path} is damaged (its SHA-256 does not fit), so this run cannot go on. Start it anew "
    "with the same settings; its curves are kept.": (
        "체크포인트 {path}이(가) 손상되어(SHA-256이 맞지 않음) 이어서 학습할 수 없습니다. 같은 설정으로 새로 "
        "시작하세요. 곡선은 남아 있습니다."
    ),
    "There is no checkpoint at {path}: no epoch was finished. Start the run again.": (
        "{path}에 체크포인트가 없습니다. 끝난 에폭이 없습니다. 다시 시작하세요."
    ),
    "The runs folder {folder} cannot be used: {reason}. Make it writable, free some space, or set "
    "FMNIST_RUNS_DIR to another folder.": (
        "결과 폴더 {folder}을(를) 쓸 수 없습니다: {reason}. 쓰기를 허용하거나, 공간을 비우거나, "
        "FMNIST_RUNS_DIR를 다른 폴더로 정하세요."
    ),
    "There is no trained model for garments yet. Train one on the Train page, or with: python -m fmnist_core "
    "train --recipe photo": (
        "아직 옷을 학습한 모델이 없습니다. 학습 페이지에서 학습하거나 다음 명령을 쓰세요: "
        "python -m fmnist_core train --recipe photo"
    ),
    # Design a net
    "{count} numbers": "수 {count}개",
    "{channels} of {height} × {width}": "{channels} {height} × {width}",
    "1 channel": "1채널",
    "{count} channels": "{count}채널",
    "Dense takes a flat list of numbers, but gets an image: {shape}. Add Flatten before it.": (
        "완전연결층은 한 줄로 펼친 수를 받는데 이미지({shape})가 들어왔습니다. 앞에 펼치기를 넣으세요."
    ),
    "The output layer takes a flat list of numbers, but gets an image: {shape}. Add Flatten as the last "
    "layer.": (
        "출력층은 한 줄로 펼친 수를 받는데 이미지({shape})가 들어왔습니다. 마지막에 펼치기를 넣으세요."
    ),
    "{kind} works on images, but here there are only {shape}: a layer before has made a flat list of them. "
    "Move this layer up, before Flatten.": (
        "{kind}은(는) 이미지에 쓰는데 여기에는 {shape}뿐입니다. 앞의 층이 한 줄로 펼쳤습니다. 이 층을 펼치기 "
        "앞으로 올리세요."
    ),
    "{kind}: a window of {kernel} × {again} does not fit into {shape}. Make it smaller, or take out a "
    "pooling layer before it.": (
        "{kind}: {kernel} × {again} 창이 {shape}에 들어가지 않습니다. 창을 줄이거나 앞의 풀링을 하나 빼세요."
    ),
    "Convolution: padding 'same' needs an odd kernel, got {kernel}. Take {other}, or padding 'none'.": (
        "합성곱: 패딩 '같은 크기'에는 홀수 커널이 필요한데 {kernel}입니다. {other}(으)로 하거나 패딩을 "
        "없애세요."
    ),
    "With this layer the net has {parameters} parameters; at most {most} are allowed. Make it narrower, or "
    "the image before it smaller.": (
        "이 층까지 파라미터가 {parameters}개입니다. {most}개까지만 됩니다. 층을 좁히거나 앞의 이미지를 "
        "줄이세요."
    ),
    "With this layer an image costs {multiplications} multiplications; at most {most} are allowed. Use fewer "
    "channels, or pool earlier.": (
        "이 층까지 이미지 한 장에 곱셈이 {multiplications}번입니다. {most}번까지만 됩니다. 채널을 줄이거나 "
        "더 일찍 풀링하세요."
    ),
    "This layer gives {numbers} numbers for one image; at most {most} are allowed. Use fewer channels, or "
    "pool earlier.": (
        "이 층은 이미지 한 장에 수 {numbers}개를 냅니다. {most}개까지만 됩니다. 채널을 줄이거나 더 일찍 "
        "풀링하세요."
    ),
    "A design's name has 1 to {most} letters or digits, this one has {count}. Choose another.": (
        "설계의 이름은 글자나 숫자 1~{most}개인데 지금은 {count}개입니다. 다른 이름을 고르세요."
    ),
    "{name} is the name of another net. Choose another name, such as {other}.": (
        "{name}은(는) 다른 신경망의 이름입니다. {other} 같은 다른 이름을 고르세요."
    ),
    # Look inside and export
    "This net's first layer has no weights that could be shown as pictures.": (
        "이 신경망의 첫 층에는 그림으로 보여 줄 가중치가 없습니다."
    ),
    "This net has no dense layer, so there are no features to show.": (
        "이 신경망에는 완전연결층이 없어서 보여 줄 특징이 없습니다."
    ),
    "The exported {format} model answers differently by {difference} (at most {most} is allowed), so it was "
    "not written. Take the format pytorch, which is exact.": (
        "내보낸 {format} 모형의 답이 {difference}만큼 다릅니다(허용 {most}). 그래서 쓰지 않았습니다. 정확히 "
        "같은 pytorch 형식을 쓰세요."
    ),
    "A comparison has 2 to {most} runs, got {count}. Pick others.": (
        "비교에는 학습이 2~{most}개 필요한데 지금은 {count}개입니다. 다르게 고르세요."
    ),
    # Photos
    "The file is empty (0 bytes). Upload it again, or choose another one.": (
        "파일이 비어 있습니다(0바이트). 다시 올리거나 다른 파일을 고르세요."
    ),
    "The file is larger than {size} MB. Save it smaller.": "파일이 {size} MB보다 큽니다. 더 작게 저장하세요.",
    "The picture has {megapixels} megapixels; at most {limit} are read. Save it smaller.": (
        "사진이 {megapixels}메가픽셀입니다. {limit}까지만 읽습니다. 더 작게 저장하세요."
    ),
    "The picture has {width} x {height} pixels; at least {least} x {again} are needed. Upload a larger "
    "one.": (
        "사진이 {width} x {height} 픽셀입니다. 적어도 {least} x {again}이어야 합니다. 더 큰 사진을 올리세요."
    ),
    "The picture has only one colour: there is no garment to see. Upload another one.": (
        "사진이 한 가지 색뿐이라 옷이 보이지 않습니다. 다른 사진을 올리세요."
    ),
    "The picture is fully transparent: there is nothing to see. Upload another one.": (
        "사진이 완전히 투명해서 보이는 것이 없습니다. 다른 사진을 올리세요."
    ),
    "This is not a picture that can be read. {remedy}": "읽을 수 있는 사진이 아닙니다. {remedy}",
    "The picture is damaged or cut off and cannot be decoded. {remedy}": (
        "사진이 손상되었거나 잘려서 읽을 수 없습니다. {remedy}"
    ),
    "The picture is a progressive JPEG that takes {memory} MB to decode; at most {most} are given. Save it "
    "smaller, or not as a progressive one.": (
        "사진이 프로그레시브 JPEG라서 읽는 데 메모리 {memory} MB가 듭니다. {most} MB까지만 쓸 수 있습니다. "
        "더 작게, 또는 프로그레시브가 아닌 JPEG로 저장하세요."
    ),
    "The picture is a JPEG in {scans} scans; at most {most} are read. {remedy}": (
        "사진이 스캔 {scans}개로 나뉜 JPEG입니다. {most}개까지만 읽습니다. {remedy}"
    ),
    "This is not the picture but what macOS keeps beside it: its name begins with ._. Choose the file "
    "without ._ in its name.": (
        "사진이 아니라 macOS가 사진 옆에 만들어 두는 파일입니다(이름이 ._로 시작함). 이름에 ._가 없는 파일을 "
        "고르세요."
    ),
    "Save it as JPEG or PNG and try again (readable: {formats}).": (
        "JPEG나 PNG로 저장해서 다시 해 보세요 (읽을 수 있는 형식: {formats})."
    ),
    "The picture has only one colour: there is nothing to see. Upload another one.": (
        "사진이 한 가지 색뿐이라 보이는 것이 없습니다. 다른 사진을 올리세요."
    ),
    "{run} reads images of shape {shape}; this picture was prepared for another run, in shape {other}. "
    "Prepare it for this run's data set.": (
        "{run}은(는) {shape} 모양의 이미지를 읽는데, 이 사진은 다른 학습을 위해 {other} 모양으로 "
        "준비되었습니다. 이 학습의 데이터에 맞게 준비하세요."
    ),
    "The data set {name}, from which {run} learned, was deleted. Import it again under this name, or choose "
    "another run.": (
        "{run}이(가) 학습한 데이터 {name}이(가) 삭제되었습니다. 같은 이름으로 다시 가져오거나 다른 학습을 "
        "고르세요."
    ),
    # Zips
    "The zip holds no pictures. Put JPEG or PNG files into one folder per class and zip these.": (
        "zip에 사진이 없습니다. 클래스마다 폴더 하나에 JPEG나 PNG를 넣어 압축하세요."
    ),
    "The zip holds only one class, {name}; at least two are needed to tell apart. Add a folder with pictures "
    "of something else.": (
        "zip에 클래스가 {name} 하나뿐입니다. 구분하려면 둘 이상 있어야 합니다. 다른 것의 사진 폴더를 "
        "더하세요."
    ),
    "The zip holds the path {path}, which leaves its folder. Nothing was taken from it; make the zip again "
    "from the folders themselves.": (
        "zip에 폴더 밖으로 나가는 경로 {path}이(가) 있습니다. 아무것도 가져오지 않았습니다. 폴더를 그대로 "
        "다시 압축하세요."
    ),
    "The zip holds the link {path}. Replace links by the pictures themselves.": (
        "zip에 링크 {path}이(가) 있습니다. 링크 대신 사진 자체를 넣으세요."
    ),
    "The zip {what}: more than pictures need, so it was not read. Nothing was kept.": (
        "zip이 사진에 필요한 것보다 지나치게 커서({what}) 읽지 않았습니다. 남긴 것은 없습니다."
    ),
    "The zip is locked with a password. Make it again "
    "without one.": "zip에 암호가 걸려 있습니다. 암호 없이 만드세요.",
    "The file is not a zip that can be read ({reason}). Make it again with your system's own program.": (
        "읽을 수 있는 zip이 아닙니다({reason}). 운영체제의 압축 기능으로 다시 만드세요."
    ),
    "The class {name} has too few usable pictures: {count}. At least {least} are needed in each class, "
    "better 50.{why}": (
        "클래스 {name}에 쓸 수 있는 사진이 {count}장뿐입니다. 클래스마다 적어도 {least}장, 되도록 50장이 "
        "필요합니다.{why}"
    ),
    "The picture {path} lies in no folder. Put every picture into the folder of its class.": (
        "사진 {path}이(가) 폴더 안에 있지 않습니다. 사진마다 클래스 폴더에 넣으세요."
    ),
    "There is already a data set {name}. Choose another name, or delete that one.": (
        "{name} 데이터가 이미 있습니다. 다른 이름을 고르거나 그것을 삭제하세요."
    ),
    "{name} cannot be the name of a data set: use a-z, 0-9 and - inside, at most 40 characters.": (
        "{name}은(는) 데이터 이름으로 쓸 수 없습니다. a-z, 0-9와 -만, 40자 이하로 쓰세요."
    ),
}
