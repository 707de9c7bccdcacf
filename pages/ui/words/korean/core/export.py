"""What the core says of exported files and reports: template to Korean."""

EXPORT: dict[str, str] = {
    "By McNemar's exact test. It speaks of these trained nets; to compare recipes, train each with several seeds.": "맥니마 정확 검정에 따른 것입니다. 학습된 이 신경망들에 관한 이야기이며, 레시피를 비교하려면 시드를 바꿔 여러 번 학습하세요.",
    "{names}: no epoch is done yet, so there are no figures. Wait for the first one.": "{names}: 아직 끝난 에폭이 없어 수치가 없습니다. 첫 에폭을 기다리세요.",
    "MLflow takes no single file. Name a folder or the address of its server.": "MLflow는 파일 하나로 내보낼 수 없습니다. 폴더나 서버 주소를 쓰세요.",
    "{count} run(s) do not fit the format {format}; choose others, or one of: {choices}": "실험 {count}개는 {format} 형식으로 내보낼 수 없습니다. 다른 실험을 고르거나 다음 형식에서 고르세요: {choices}",
    "{path} cannot be written: it is no folder. Name another one.": "{path}은(는) 폴더가 아니어서 쓸 수 없습니다. 다른 폴더를 쓰세요.",
    "{path} exists already. Delete it, or name another folder.": "{path}이(가) 이미 있습니다. 지우거나 다른 폴더를 쓰세요.",
    "This needs {package}, which is not installed here. Install it with: pip install {package}": "{package}이(가) 설치되어 있지 않습니다. 다음 명령으로 설치하세요: pip install {package}",
    "MLflow cannot write to {place}: {reason}": "MLflow가 {place}에 쓸 수 없습니다: {reason}",
    "A comparison has 2 to {limit} runs, got {count}. Pick others.": "비교에는 실험이 2~{limit}개 필요한데 지금은 {count}개입니다. 다르게 고르세요.",
    "Test accuracy": "테스트 정확도",
    "{path} ends like a file of another format: {format} writes {ending}. Name the file so.": "{path}의 확장자는 다른 형식의 것입니다. {format} 형식의 파일 이름은 {ending}(으)로 끝나야 합니다.",
    "torch {version} cannot write this net as ONNX: {reason}. Take the format pytorch, or another version of torch.": "torch {version}은(는) 이 신경망을 ONNX로 쓰지 못합니다: {reason}. pytorch 형식을 쓰거나 다른 버전의 torch를 쓰세요.",
    "The exported {format} model answers differently by {difference:.1e} (at most {tolerance:g} is allowed), so it was not written. Take the format pytorch, which is exact.": "내보낸 {format} 모델의 답이 {difference:.1e}만큼 다릅니다(허용 {tolerance:g}). 그래서 쓰지 않았습니다. 정확히 같은 pytorch 형식을 쓰세요.",
    "This run is {status} and has no test accuracy.": "이 실험은 {status} 상태라서 테스트 정확도가 없습니다.",
    "format": "형식",
    "{accuracy} of {count:,} test image(s), 95 % interval {interval}; {parameters:,} parameter(s), {epochs} epoch(s) in {seconds:,.1f} s on {device} ({precision}).": "테스트 이미지 {count:,}장 중 {accuracy} 맞음, 95 % 신뢰구간 {interval}. 파라미터 {parameters:,}개, {epochs}에폭, {seconds:,.1f}초, {device} ({precision}).",
    "There is no short script for this run, because of these settings: {settings}.": "이 실험에는 짧은 스크립트가 없습니다. 다음 설정 때문입니다: {settings}.",
    "There is no short script for this run: it was trained longer with another learning rate.": "이 실험에는 짧은 스크립트가 없습니다. 다른 학습률로 더 학습했기 때문입니다.",
    "Which one is better?": "어느 쪽이 더 나은가?",
    "There are no two finished runs here that were tested on the same images.": "여기에는 같은 이미지로 테스트를 마친 실험이 둘 이상 없습니다.",
}
