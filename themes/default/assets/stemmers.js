/* What is left of a word without its endings. Danish and German: @orama/stemmers 3.1.18, Apache-2.0; English: porter2 1.1.0, MIT.
   The licences stand in stemmers.LICENSE.txt; fetched by make stemmers. */
window.charterhouseStems = {};
(function (exports) {
"use strict";function _export(r,s){for(var t in s)Object.defineProperty(r,t,{enumerable:!0,get:Object.getOwnPropertyDescriptor(s,t).get})}Object.defineProperty(exports,"__esModule",{value:!0}),_export(exports,{get language(){return language},get stemmer(){return stemmer}});var g=!0,p=!1;function C(){this.p=function(r){this.j=r,this.cursor=0,this.a=this.j.length,this.f=0,this.c=this.cursor,this.d=this.a},this.z=function(){return this.j},this.w=function(r){this.j=r.j,this.cursor=r.cursor,this.a=r.a,this.f=r.f,this.c=r.c,this.d=r.d},this.i=function(r,s,t){if(this.cursor>=this.a)return p;var e=this.j.charCodeAt(this.cursor);return e>t||e<s||0==(r[(e-=s)>>>3]&1<<(7&e))?p:(this.cursor++,g)},this.n=function(r,s,t){if(this.cursor<=this.f)return p;var e=this.j.charCodeAt(this.cursor-1);return e>t||e<s||0==(r[(e-=s)>>>3]&1<<(7&e))?p:(this.cursor--,g)},this.k=function(r,s,t){if(this.cursor>=this.a)return p;var e=this.j.charCodeAt(this.cursor);return e>t||e<s||0==(r[(e-=s)>>>3]&1<<(7&e))?(this.cursor++,g):p},this.q=function(r,s,t){if(this.cursor<=this.f)return p;var e=this.j.charCodeAt(this.cursor-1);return e>t||e<s||0==(r[(e-=s)>>>3]&1<<(7&e))?(this.cursor--,g):p},this.m=function(r){return this.a-this.cursor<r.length||this.j.slice(this.cursor,this.cursor+r.length)!=r?p:(this.cursor+=r.length,g)},this.g=function(r){return this.cursor-this.f<r.length||this.j.slice(this.cursor-r.length,this.cursor)!=r?p:(this.cursor-=r.length,g)},this.o=function(r){for(var s=0,t=r.length,e=this.cursor,i=this.a,h=0,c=0,u=p;;){var o,n=s+(t-s>>>1),f=0,a=h<c?h:c,l=r[n];for(o=a;o<l[0].length;o++){if(e+a==i){f=-1;break}if(0!=(f=this.j.charCodeAt(e+a)-l[0].charCodeAt(o)))break;a++}if(0>f?(t=n,c=a):(s=n,h=a),1>=t-s){if(0<s||t==s||u)break;u=g}}for(;;){if(h>=(l=r[s])[0].length&&(this.cursor=e+l[0].length,4>l.length||(s=l[3](this),this.cursor=e+l[0].length,s)))return l[2];if(0>(s=l[1]))return 0}},this.h=function(r){for(var s=0,t=r.length,e=this.cursor,i=this.f,h=0,c=0,u=p;;){var o,n=s+(t-s>>1),f=0,a=h<c?h:c,l=r[n];for(o=l[0].length-1-a;0<=o;o--){if(e-a==i){f=-1;break}if(0!=(f=this.j.charCodeAt(e-1-a)-l[0].charCodeAt(o)))break;a++}if(0>f?(t=n,c=a):(s=n,h=a),1>=t-s){if(0<s||t==s||u)break;u=g}}for(;;){if(h>=(l=r[s])[0].length&&(this.cursor=e-l[0].length,4>l.length||(s=l[3](this),this.cursor=e-l[0].length,s)))return l[2];if(0>(s=l[1]))return 0}},this.s=function(r,s,t){var e=t.length-(s-r);return this.j=this.j.slice(0,r)+t+this.j.slice(s),this.a+=e,this.cursor>=s?this.cursor+=e:this.cursor>r&&(this.cursor=r),e},this.t=function(){return 0>this.c||this.c>this.d||this.d>this.a||this.a>this.j.length?p:g},this.b=function(r){var s=p;return this.t()&&(this.s(this.c,this.d,r),s=g),s},this.e=function(){return this.b("")},this.r=function(r,s,t){s=this.s(r,s,t),r<=this.c&&(this.c+=s),r<=this.d&&(this.d+=s)},this.u=function(){var r="";return this.t()&&(r=this.j.slice(this.c,this.d)),r},this.v=function(){return this.j.slice(0,this.a)}}function stem(){function r(){var r=s.a-s.cursor;if(!(s.cursor<n)){var t=s.f;s.f=n,s.d=s.cursor,0==s.h(e)?s.f=t:(s.c=s.cursor,s.f=t,s.cursor=s.a-r,s.cursor<=s.f||(s.cursor--,s.c=s.cursor,s.e()))}}var s=new C,t=[["hed",-1,1],["ethed",0,1],["ered",-1,1],["e",-1,1],["erede",3,1],["ende",3,1],["erende",5,1],["ene",3,1],["erne",3,1],["ere",3,1],["en",-1,1],["heden",10,1],["eren",10,1],["er",-1,1],["heder",13,1],["erer",13,1],["s",-1,2],["heds",16,1],["es",16,1],["endes",18,1],["erendes",19,1],["enes",18,1],["ernes",18,1],["eres",18,1],["ens",16,1],["hedens",24,1],["erens",24,1],["ers",16,1],["ets",16,1],["erets",28,1],["et",-1,1],["eret",30,1]],e=[["gd",-1,-1],["dt",-1,-1],["gt",-1,-1],["kt",-1,-1]],i=[["ig",-1,1],["lig",0,1],["elig",1,1],["els",-1,1],["l\xf8st",-1,2]],h=[119,223,119,1],c=[17,65,16,1,0,0,0,0,0,0,0,0,0,0,0,0,48,0,128],u=[239,254,42,3,0,0,0,0,0,0,0,0,0,0,0,0,16],o=0,n=0,f="";this.l=function(){var e=s.cursor;r:{n=s.a;var a=s.cursor,l=s.cursor+3;if(!(l>s.a)){for(s.cursor=l,o=s.cursor,s.cursor=a;;){if(a=s.cursor,s.i(c,97,248)){s.cursor=a;break}if(s.cursor=a,s.cursor>=s.a)break r;s.cursor++}for(;!s.k(c,97,248);){if(s.cursor>=s.a)break r;s.cursor++}(n=s.cursor)<o&&(n=o)}}if(s.cursor=e,s.f=s.cursor,s.cursor=s.a,e=s.a-s.cursor,!(s.cursor<n))if(l=s.f,s.f=n,s.d=s.cursor,0==(a=s.h(t)))s.f=l;else switch(s.c=s.cursor,s.f=l,a){case 1:s.e();break;case 2:s.n(u,97,229)&&s.e()}if((s.cursor=s.a-e,e=s.a-s.cursor,r(),s.cursor=s.a-e,e=s.a-s.cursor,a=s.a-s.cursor,s.d=s.cursor,!(s.g("st")&&(s.c=s.cursor,s.g("ig")&&!s.e())))&&(s.cursor=s.a-a,!(s.cursor<n)))if(l=s.f,s.f=n,s.d=s.cursor,0==(a=s.h(i)))s.f=l;else switch(s.c=s.cursor,s.f=l,a){case 1:if(!s.e())break;a=s.a-s.cursor,r(),s.cursor=s.a-a;break;case 2:s.b("l\xf8s")}return s.cursor=s.a-e,e=s.a-s.cursor,s.cursor<n||(a=s.f,s.f=n,s.d=s.cursor,s.n(h,98,122)?(s.c=s.cursor,""!=(f=s.u())&&(s.f=a,s.g(f)&&s.e())):s.f=a),s.cursor=s.a-e,s.cursor=s.f,g},this.stemWord=function(r){return s.p(r),this.l(),s.j}}let stemmerInstance=new stem;function stemmer(r){return stemmerInstance.stemWord(r)}let language="danish";
window.charterhouseStems.da = exports.stemmer; })({});
(function (exports) {
"use strict";function _export(r,s){for(var t in s)Object.defineProperty(r,t,{enumerable:!0,get:Object.getOwnPropertyDescriptor(s,t).get})}Object.defineProperty(exports,"__esModule",{value:!0}),_export(exports,{get language(){return language},get stemmer(){return stemmer}});var g=!0,p=!1;function C(){this.p=function(r){this.j=r,this.cursor=0,this.a=this.j.length,this.f=0,this.c=this.cursor,this.d=this.a},this.z=function(){return this.j},this.w=function(r){this.j=r.j,this.cursor=r.cursor,this.a=r.a,this.f=r.f,this.c=r.c,this.d=r.d},this.i=function(r,s,t){if(this.cursor>=this.a)return p;var i=this.j.charCodeAt(this.cursor);return i>t||i<s||0==(r[(i-=s)>>>3]&1<<(7&i))?p:(this.cursor++,g)},this.n=function(r,s,t){if(this.cursor<=this.f)return p;var i=this.j.charCodeAt(this.cursor-1);return i>t||i<s||0==(r[(i-=s)>>>3]&1<<(7&i))?p:(this.cursor--,g)},this.k=function(r,s,t){if(this.cursor>=this.a)return p;var i=this.j.charCodeAt(this.cursor);return i>t||i<s||0==(r[(i-=s)>>>3]&1<<(7&i))?(this.cursor++,g):p},this.q=function(r,s,t){if(this.cursor<=this.f)return p;var i=this.j.charCodeAt(this.cursor-1);return i>t||i<s||0==(r[(i-=s)>>>3]&1<<(7&i))?(this.cursor--,g):p},this.m=function(r){return this.a-this.cursor<r.length||this.j.slice(this.cursor,this.cursor+r.length)!=r?p:(this.cursor+=r.length,g)},this.g=function(r){return this.cursor-this.f<r.length||this.j.slice(this.cursor-r.length,this.cursor)!=r?p:(this.cursor-=r.length,g)},this.o=function(r){for(var s=0,t=r.length,i=this.cursor,e=this.a,c=0,u=0,o=p;;){var n,h=s+(t-s>>>1),a=0,f=c<u?c:u,l=r[h];for(n=f;n<l[0].length;n++){if(i+f==e){a=-1;break}if(0!=(a=this.j.charCodeAt(i+f)-l[0].charCodeAt(n)))break;f++}if(0>a?(t=h,u=f):(s=h,c=f),1>=t-s){if(0<s||t==s||o)break;o=g}}for(;;){if(c>=(l=r[s])[0].length&&(this.cursor=i+l[0].length,4>l.length||(s=l[3](this),this.cursor=i+l[0].length,s)))return l[2];if(0>(s=l[1]))return 0}},this.h=function(r){for(var s=0,t=r.length,i=this.cursor,e=this.f,c=0,u=0,o=p;;){var n,h=s+(t-s>>1),a=0,f=c<u?c:u,l=r[h];for(n=l[0].length-1-f;0<=n;n--){if(i-f==e){a=-1;break}if(0!=(a=this.j.charCodeAt(i-1-f)-l[0].charCodeAt(n)))break;f++}if(0>a?(t=h,u=f):(s=h,c=f),1>=t-s){if(0<s||t==s||o)break;o=g}}for(;;){if(c>=(l=r[s])[0].length&&(this.cursor=i-l[0].length,4>l.length||(s=l[3](this),this.cursor=i-l[0].length,s)))return l[2];if(0>(s=l[1]))return 0}},this.s=function(r,s,t){var i=t.length-(s-r);return this.j=this.j.slice(0,r)+t+this.j.slice(s),this.a+=i,this.cursor>=s?this.cursor+=i:this.cursor>r&&(this.cursor=r),i},this.t=function(){return 0>this.c||this.c>this.d||this.d>this.a||this.a>this.j.length?p:g},this.b=function(r){var s=p;return this.t()&&(this.s(this.c,this.d,r),s=g),s},this.e=function(){return this.b("")},this.r=function(r,s,t){s=this.s(r,s,t),r<=this.c&&(this.c+=s),r<=this.d&&(this.d+=s)},this.u=function(){var r="";return this.t()&&(r=this.j.slice(this.c,this.d)),r},this.v=function(){return this.j.slice(0,this.a)}}function stem(){var r=new C,s=[["",-1,5],["U",0,2],["Y",0,1],["\xe4",0,3],["\xf6",0,4],["\xfc",0,2]],t=[["e",-1,2],["em",-1,1],["en",-1,2],["ern",-1,1],["er",-1,1],["s",-1,3],["es",5,2]],i=[["en",-1,1],["er",-1,1],["st",-1,2],["est",2,1]],e=[["ig",-1,1],["lich",-1,1]],c=[["end",-1,1],["ig",-1,2],["ung",-1,1],["lich",-1,3],["isch",-1,2],["ik",-1,2],["heit",-1,3],["keit",-1,4]],u=[17,65,16,1,0,0,0,0,0,0,0,0,0,0,0,0,8,0,32,8],o=[117,30,5],n=[117,30,4],h=0,a=0,f=0;this.l=function(){var l=r.cursor;return!function(){for(var s=r.cursor;;){var t=r.cursor;r:{s:{var i=r.cursor;if(r.c=r.cursor,r.m("\xdf")){if(r.d=r.cursor,!r.b("ss"))return;break s}if(r.cursor=i,r.cursor>=r.a)break r;r.cursor++}continue}r.cursor=t;break}for(r.cursor=s;;){s=r.cursor;r:{for(;;){t=r.cursor;t:if(r.i(u,97,252)){r.c=r.cursor;i:{if(i=r.cursor,r.m("u")&&(r.d=r.cursor,r.i(u,97,252))){if(!r.b("U"))return;break i}if(r.cursor=i,!r.m("y")||(r.d=r.cursor,!r.i(u,97,252)))break t;if(!r.b("Y"))return}r.cursor=t;break}if(r.cursor=t,r.cursor>=r.a)break r;r.cursor++}continue}r.cursor=s;break}}(),r.cursor=l,l=r.cursor,!function(){a=f=r.a;var s=r.cursor,t=r.cursor+3;if(!(t>r.a)){for(r.cursor=t,h=r.cursor,r.cursor=s;!r.i(u,97,252);){if(r.cursor>=r.a)return;r.cursor++}for(;!r.k(u,97,252);){if(r.cursor>=r.a)return;r.cursor++}for((f=r.cursor)<h&&(f=h);!r.i(u,97,252);){if(r.cursor>=r.a)return;r.cursor++}for(;!r.k(u,97,252);){if(r.cursor>=r.a)return;r.cursor++}a=r.cursor}}(),r.cursor=l,r.f=r.cursor,r.cursor=r.a,!function(){var s,u=r.a-r.cursor;r:if(r.d=r.cursor,0!=(s=r.h(t))&&(r.c=r.cursor,f<=r.cursor))switch(s){case 1:if(!r.e())return;break;case 2:if(!r.e())return;if(s=r.a-r.cursor,r.d=r.cursor,r.g("s"))if(r.c=r.cursor,r.g("nis")){if(!r.e())return}else r.cursor=r.a-s;else r.cursor=r.a-s;break;case 3:if(!r.n(o,98,116))break r;if(!r.e())return}r.cursor=r.a-u,u=r.a-r.cursor;r:if(r.d=r.cursor,0!=(s=r.h(i))&&(r.c=r.cursor,f<=r.cursor))switch(s){case 1:if(!r.e())return;break;case 2:if(!r.n(n,98,116)||(s=r.cursor-3)<r.f)break r;if(r.cursor=s,!r.e())return}r.cursor=r.a-u,u=r.a-r.cursor;r:if(r.d=r.cursor,0!=(s=r.h(c))&&(r.c=r.cursor,a<=r.cursor))switch(s){case 1:if(!r.e())return;s=r.a-r.cursor;s:if(r.d=r.cursor,r.g("ig")){r.c=r.cursor;var h=r.a-r.cursor;if(r.g("e")){r.cursor=r.a-s;break s}if(r.cursor=r.a-h,a<=r.cursor){if(!r.e())return}else r.cursor=r.a-s}else r.cursor=r.a-s;break;case 2:if(s=r.a-r.cursor,r.g("e"))break r;if(r.cursor=r.a-s,!r.e())return;break;case 3:if(!r.e())return;s=r.a-r.cursor;s:{if((r.d=r.cursor,h=r.a-r.cursor,!r.g("er"))&&(r.cursor=r.a-h,!r.g("en"))){r.cursor=r.a-s;break s}if(r.c=r.cursor,f<=r.cursor){if(!r.e())return}else r.cursor=r.a-s}break;case 4:if(!r.e())return;if(s=r.a-r.cursor,r.d=r.cursor,0==r.h(e))r.cursor=r.a-s;else if(r.c=r.cursor,a<=r.cursor){if(!r.e())return}else r.cursor=r.a-s}r.cursor=r.a-u}(),r.cursor=r.f,l=r.cursor,!function(){for(var t;;){var i=r.cursor;r:if(r.c=r.cursor,0!=(t=r.o(s))){switch(r.d=r.cursor,t){case 1:if(!r.b("y"))return;break;case 2:if(!r.b("u"))return;break;case 3:if(!r.b("a"))return;break;case 4:if(!r.b("o"))return;break;case 5:if(r.cursor>=r.a)break r;r.cursor++}continue}r.cursor=i;break}}(),r.cursor=l,g},this.stemWord=function(s){return r.p(s),this.l(),r.j}}let stemmerInstance=new stem;function stemmer(r){return stemmerInstance.stemWord(r)}let language="german";
window.charterhouseStems.de = exports.stemmer; })({});
(function (exports) {
// AUTOGENERATED, edit src/index.js instead

Object.defineProperty(exports, '__esModule', { value: true })

// EQ_BEGIN : (chars : string) -> <code (boolean)>
// EQ_END : (offset : number, chars : string) -> <code (boolean)>
// All one-character strings in this file are converted to char codes.

// This is mostly a rewrite of my ocaml implementation (though not published
// at the moment of writing this)

function is_v(char) {
  switch (char) {
    case 97: case 101: case 105: case 111: case 117: case 121: return true
    default: return false
  }
}

function is_wxy(char) {
  switch (char) {
    case 97: case 101: case 105: case 111: case 117: case 121:
    case 119: case 120: case 89:
      return true
    default: return false
  }
}

function is_valid_li(char) {
  switch (char) {
    case 99: case 100: case 101: case 103: case 104: case 107: case 109:
    case 110: case 114: case 116:
      return true
    default: return false
  }
}

function is_double(char) {
  switch (char) {
    case 98: case 100: case 102: case 103: case 109: case 110: case 112:
    case 114: case 116:
      return true
    default: return false
  }
}

function is_shortv(w, len) {
  // backwardmode: ( non-v_WXY v non-v ) or ( non-v v atlimit )
  return len >= 2 && is_v(w[len - 2]) && (
    (len === 2 && !is_v(w[len - 1]))
    || (len >= 3 && !is_v(w[len - 3])
        && !is_wxy(w[len - 1]))
  )
}

exports.stem = function stem(word) {
  if (word.length < 3)
    return word
  // exception1
  if (word.length <= 6) {
    switch (word) {
      case 'skis': return 'ski'
      case 'skies': return 'sky'
      case 'dying': return 'die'
      case 'lying': return 'lie'
      case 'tying': return 'tie'
      // special -LY cases
      case 'idly': return 'idl'
      case 'gently': return 'gentl'
      case 'ugly': return 'ugli'
      case 'early': return 'earli'
      case 'only': return 'onli'
      case 'singly': return 'singl'
      // invariant forms
      case 'sky': case 'news': case 'howe':
      // not plural forms
      case 'atlas': case 'cosmos': case 'bias': case 'andes':
        return word
    }
  }
  var initial_offset = word.charCodeAt(0) === 39 /* ' */ ? 1 : 0
  var l = word.length - initial_offset
  var w = new Array(l)
  var y_found = false
  for (var i = 0; i < l; ++i) {
    // var ch = word[i + initial_offset]
    var ch = word.charCodeAt(i + initial_offset)
    if (ch === 121 && (i === 0 || is_v(w[i - 1]))) {
      y_found = true
      w[i] = 89
      continue
    }
    w[i] = ch
  }
  if (w[l - 1] === 39)
    --l
  if (l >= 2 && w[l - 2] === 39 && w[l - 1] === 115)
    l -= 2
  // mark_regions
  var rv = 0;
  // rv is the position after the first vowel
  while (rv < l && !is_v(w[rv])) ++rv
  if (rv < l) ++rv
  var r1 = rv
  if (l >= 5 && ((w[0] === 103 && w[1] === 101 && w[2] === 110 && w[3] === 101 && w[4] === 114) || (w[0] === 97 && w[1] === 114 && w[2] === 115 && w[3] === 101 && w[4] === 110)))
    r1 = 5
  else if (l >= 6 && w[0] === 99 && w[1] === 111 && w[2] === 109 && w[3] === 109 && w[4] === 117 && w[5] === 110)
    r1 = 6
  else {
    // > R1 is the region after the first non-vowel following a vowel,
    // > or the end of the word if there is no such non-vowel.
    while (r1 < l && is_v(w[r1])) ++r1
    if (r1 < l) ++r1
  }
  // > R2 is the region after the first non-vowel following a vowel in R1,
  // > or the end of the word if there is no such non-vowel.
  var r2 = r1
  while (r2 < l && !is_v(w[r2])) ++r2
  while (r2 < l && is_v(w[r2])) ++r2
  if (r2 < l) ++r2
  // Step_1a
  if (l >= 3) {
    if (w[l - 1] === 115) {
      if (l >= 4 && w[l - 2] === 101 && w[l - 3] === 115 && w[l - 4] === 115)
        l -= 2 // sses -> ss
      else if (w[l - 2] === 101 && w[l - 3] === 105)
        l -= (l >= 5 ? 2 : 1) // ies
      else if (w[l - 2] !== 117 && w[l - 2] !== 115 && rv < l - 1)
        // us ss -> <nothing>; s -> "delete if the preceding word part
        // contains a vowel not immediately before the s"
        l -= 1
    } else if (w[l - 1] === 100 && w[l - 2] === 101 && w[l - 3] === 105)
      l -= (l >= 5 ? 2 : 1) // ied
  }
  // exception2
  if (
    (l === 6 && (
      (w[0] === 105 && w[1] === 110 && w[2] === 110 && w[3] === 105 && w[4] === 110 && w[5] === 103) || (w[0] === 111 && w[1] === 117 && w[2] === 116 && w[3] === 105 && w[4] === 110 && w[5] === 103) || (w[0] === 101 && w[1] === 120 && w[2] === 99 && w[3] === 101 && w[4] === 101 && w[5] === 100))
    ) || (l === 7 && (
      (w[0] === 99 && w[1] === 97 && w[2] === 110 && w[3] === 110 && w[4] === 105 && w[5] === 110 && w[6] === 103) || (w[0] === 104 && w[1] === 101 && w[2] === 114 && w[3] === 114 && w[4] === 105 && w[5] === 110 && w[6] === 103) || (w[0] === 101 && w[1] === 97 && w[2] === 114 && w[3] === 114 && w[4] === 105 && w[5] === 110 && w[6] === 103)
      || (w[0] === 112 && w[1] === 114 && w[2] === 111 && w[3] === 99 && w[4] === 101 && w[5] === 101 && w[6] === 100) || (w[0] === 115 && w[1] === 117 && w[2] === 99 && w[3] === 99 && w[4] === 101 && w[5] === 101 && w[6] === 100)))
  ) {
    var exp2_out = ''
    for (var i = 0; i < l; ++i)
      // exp2_out += w[i]
      exp2_out += String.fromCharCode(w[i])
    return exp2_out
  }
  // Step_1b
  var ll =
    // l (length) without the -ly ending
    (l >= 2 && w[l - 1] === 121 && w[l - 2] === 108) ? l - 2 : l
  if (ll >= 3) {
    if (w[ll - 3] === 101 && w[ll - 2] === 101 && w[ll - 1] === 100) {
      if (ll >= r1 + 3)
        l = ll - 1 // eed eedly -> ee (if in R1)
    } else {
      // ll without: ed edly ing ingly (-1 if not found)
      if (w[ll - 2] === 101 && w[ll - 1] === 100)
        ll -= 2
      else if (w[ll - 3] === 105 && w[ll - 2] === 110 && w[ll - 1] === 103)
        ll -= 3
      else ll = -1
      if (ll >= 0 && rv <= ll) {
        l = ll
        if (l >= 2) {
          if ((w[l - 1] === 116 && w[l - 2] === 97) || (w[l - 1] === 108 && w[l - 2] === 98) || (w[l - 1] === 122 && w[l - 2] === 105)) {
            // at -> ate   bl -> ble   iz -> ize
            w[l] = 101
            ++l
          } else if (w[l - 2] === w[l - 1] && is_double(w[l - 1])) {
            --l
          } else if (r1 >= l && is_shortv(w, l)) {
            // <shortv> -> e
            w[l] = 101
            ++l
          }
        }
      }
    }
  }
  // Step_1c
  if (l >= 3 && (w[l - 1] === 89 || w[l - 1] === 121)
      && !is_v(w[l - 2]))
    w[l - 1] = 105
  // Step_2
  if (l >= r1 + 2) {
    switch (w[l - 1]) {
      case 108:
        if (l >= r1 + 6 && w[l - 2] === 97 && w[l - 3] === 110 && w[l - 4] === 111 && w[l - 5] === 105 && w[l - 6] === 116) {
          if (l >= 7 && w[l - 7] === 97) {
            if (l >= r1 + 7) {
              // ational -> ate
              l -= 4
              w[l - 1] = 101
            }
          } else {
            l -= 2 // tional -> tion
          }
        }
        break
      case 110:
        if (l >= r1 + 5 && w[l - 2] === 111 && w[l - 3] === 105 && w[l - 4] === 116 && w[l - 5] === 97) {
          if (l >= 7 && w[l - 6] === 122 && w[l - 7] === 105) {
            if (l >= r1 + 7) {
              // ization -> ize
              l -= 4
              w[l - 1] = 101
            }
          } else {
            // ation -> ate
            l -= 2
            w[l - 1] = 101
          }
        }
        break
      case 114:
        if (l >= r1 + 4) {
          if (w[l - 2] === 101) {
            if (w[l - 3] === 122 && w[l - 4] === 105)
              --l // izer -> ize
          } else if (w[l - 2] === 111) {
            if (w[l - 3] === 116 && w[l - 4] === 97) {
              --l
              w[l - 1] = 101
            }
          }
        }
        break
      case 115:
        if (l >= r1 + 7 && w[l - 2] === 115 && w[l - 3] === 101 && w[l - 4] === 110 && (
          (w[l - 5] === 108 && w[l - 6] === 117 && w[l - 7] === 102) || (w[l - 5] === 115 && w[l - 6] === 117 && w[l - 7] === 111) || (w[l - 5] === 101 && w[l - 6] === 118 && w[l - 7] === 105)
        )) {
          l -= 4 // fulness -> ful   ousness -> ous   iveness -> ive
        }
        break
      case 109:
        if (l >= r1 + 5 && w[l - 2] === 115 && w[l - 3] === 105 && w[l - 4] === 108 && w[l - 5] === 97)
          l -= 3 // alism -> al
        break
      case 105:
        if (w[l - 2] === 99) {
          if (l >= r1 + 4 && (w[l - 4] === 101 || w[l - 4] === 97)
            && w[l - 3] === 110) {
            w[l - 1] = 101 // enci -> ence   anci -> ance
          }
        } else if (w[l - 2] === 103) {
          if (l >= r1 + 3 && l >= 4 && w[l - 2] === 103 && w[l - 3] === 111 && w[l - 4] === 108)
            --l // ogi -> og (if preceded by l)
        } else if (w[l - 2] === 116) {
          if (l >= r1 + 5 && w[l - 3] === 105) {
            if (w[l - 4] === 108) {
              if (l >= 6 && w[l - 5] === 105 && w[l - 6] === 98) {
                if (l >= r1 + 6) {
                  // biliti -> ble
                  l -= 3
                  w[l - 2] = 108
                  w[l - 1] = 101
                }
              } else if (w[l - 4] === 108 && w[l - 5] === 97) {
                l -= 3 // aliti -> al
              }
            } else if (w[l - 4] === 118 && w[l - 5] === 105) {
              // iviti -> ive
              l -= 2
              w[l - 1] = 101
            }
          }
        } else if (w[l - 2] === 108 && l >= 3) {
          if (w[l - 3] === 98) {
            if (l >= 4 && w[l - 4] === 97) {
              if (l >= r1 + 4)
                w[l - 1] = 101 // abli -> able
            } else if (l >= r1 + 3) {
              w[l - 1] = 101 // bli -> ble
            }
          } else {
            // Remove li
            if (w[l - 3] === 108) {
              if (l >= 5 && w[l - 4] === 117 && w[l - 5] === 102) {
                if (l >= r1 + 5) l -= 2 // fulli -> ful
              } else if (l >= r1 + 4 && w[l - 4] === 97) {
                l -= 2 // alli -> al
              }
            } else if (w[l - 3] === 115) {
              if (l >= 6 && w[l - 4] === 115 && w[l - 5] === 101 && w[l - 6] === 108) {
                if (l >= r1 + 6)
                  l -= 2 // lessli -> less
              } else if (l >= r1 + 5 && w[l - 4] === 117 && w[l - 5] === 111) {
                l -= 2 // ousli -> ous
              }
            } else if (l >= 5 && w[l - 3] === 116 && w[l - 4] === 110 && w[l - 5] === 101) {
              if (l >= r1 + 5)
                l -= 2 // entli -> ent
            } else if (is_valid_li(w[l - 3])) {
              l -= 2
            }
          }
        }
    }
  }
  // Step_3
  if (l >= r1 + 3) {
    switch (w[l - 1]) {
      case 108:
        if (w[l - 3] === 99) {
          if (l >= r1 + 4 && w[l - 4] === 105 && w[l - 2] === 97)
            l -= 2 // ical -> ic
        } else if (w[l - 3] === 102) {
          if (w[l - 2] === 117)
            l -= 3 // ful -> <delete>
        } else if (w[l - 3] === 110) {
          if (l >= r1 + 6 && w[l - 2] === 97 && w[l - 4] === 111 && w[l - 5] === 105 && w[l - 6] === 116) {
            if (l >= 7 && w[l - 7] === 97) {
              if (l >= r1 + 7) {
                // ational -> ate
                l -= 4
                w[l - 1] = 101
              }
            } else {
              l -= 2 // tional -> tion
            }
          }
        }
        break
      case 101:
        if (w[l - 2] === 122) {
          if (l >= r1 + 5 && w[l - 3] === 105 && w[l - 4] === 108 && w[l - 5] === 97)
            l -= 3 // alize -> al
        } else if (w[l - 2] === 116) {
          if (l >= r1 + 5 && w[l - 3] === 97 && w[l - 4] === 99 && w[l - 5] === 105)
            l -= 3 // icate -> ic
        } else if (w[l - 2] === 118) {
          if (l >= r2 + 5 && w[l - 3] === 105 && w[l - 4] === 116 && w[l - 5] === 97)
            l -= 5 // ative -> <delete> (if in R2)
        }
        break
      case 105:
        if (l >= r1 + 5 && w[l - 2] === 116 && w[l - 3] === 105 && w[l - 4] === 99 && w[l - 5] === 105)
          l -= 3 // iciti -> ic
        break
      case 115:
        if (l >= r1 + 4 && w[l - 2] === 115 && w[l - 3] === 101 && w[l - 4] === 110)
          l -= 4 // ness -> <delete>
    }
  }
  // Step_4
  if (l >= r2 + 2) {
    switch (w[l - 1]) {
      case 110:
        if (l >= r2 + 3 && w[l - 2] === 111 && w[l - 3] === 105 && (w[l - 4] === 115 || w[l - 4] === 116))
          l -= 3 // ion -> <delete> (if preceded by s or t)
        break
      case 108:
        if (w[l - 2] === 97)
          l -= 2 // al
        break
      case 114:
        if (w[l - 2] === 101)
          l -= 2 // er
        break
      case 99:
        if (w[l - 2] === 105)
          l -= 2 // ic
        break
      case 109:
        if (l >= r2 + 3 && w[l - 2] === 115 && w[l - 3] === 105)
          l -= 3 // ism
        break
      case 105:
        if (l >= r2 + 3 && w[l - 2] === 116 && w[l - 3] === 105)
          l -= 3 // iti
        break
      case 115:
        if (l >= r2 + 3 && w[l - 2] === 117 && w[l - 3] === 111)
          l -= 3 // ous
        break
      case 116:
        if (l >= r2 + 3 && w[l - 2] === 110) {
          if (w[l - 3] === 97) {
            l -= 3 // ant
          } else if (w[l - 3] === 101) {
            if (l >= 4 && w[l - 4] === 109) {
              if (l >= 5 && w[l - 5] === 101) {
                if (l >= r2 + 5)
                  l -= 5 // ement
              } else if (l >= r2 + 4) {
                l -= 4 // ment
              }
            } else {
              l -= 3 // ent
            }
          }
        }
        break
      case 101:
        if (w[l - 2] === 99) {
          if (l >= r2 + 4 && w[l - 3] === 110
              && (w[l - 4] === 97 || w[l - 4] === 101))
            l -= 4 // ance  ence
        } else if (w[l - 2] === 108) {
          if (l >= r2 + 4 && w[l - 3] === 98
              && (w[l - 4] === 97 || w[l - 4] === 105))
            l -= 4 // able  ible
        } else if (w[l - 2] === 116) {
          if (l >= r2 + 3 && w[l - 3] === 97)
            l -= 3 // ate
        } else if (l >= r2 + 3
                   && (w[l - 2] === 118 || w[l - 2] === 122) && w[l - 3] === 105) {
          l -= 3 // ive  ize
        }
    }
  }
  // Step_5
  if (
    l >= r1 + 1 && // r1 is >= 1
    ((l >= r2 + 1 && w[l - 1] === 108 && w[l - 2] === 108)
    || w[l - 1] === 101 && (l >= r2 + 1 || !is_shortv(w, l - 1)))
  )
    --l
  var out = ''
  if (y_found) {
    for (var i = 0; i < l; ++i) {
      out += String.fromCharCode(w[i] === 89 ? 121 : w[i])
    }
  } else {
    for (var i = 0; i < l; ++i)
      // out += w[i]
      out += String.fromCharCode(w[i])
  }
  return out
}
window.charterhouseStems.en = exports.stem; })({});
