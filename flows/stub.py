
import hashlib
from schemas.document import *
def read(content):
    import pypdfium2, io
    pages=[];blocks=[]
    if content.startswith(b"%PDF"):
        pdf=pypdfium2.PdfDocument(content)
        texts=[p.get_textpage().get_text_range() for p in pdf]
    else: texts=[content.decode("utf8","replace")]
    for i,t in enumerate(texts,1):
        ws=t.split()
        pages.append(Page(i,595.,842.,len(ws),len(ws),0,0,"ok" if ws else "image_only","fr","stub"))
        if ws: blocks.append(Block("paragraph"," ".join(ws),(Word(t,i,None,0,len(t)),),i))
    return Document(hashlib.sha256(content).hexdigest(),"application/pdf",tuple(pages),tuple(blocks),"text","fr")
